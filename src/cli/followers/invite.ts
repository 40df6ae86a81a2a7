import { EXIT } from "../exit.ts";
import { followerLines, stateOf } from "./list.ts";
import { isUnknown, leaveIt, look, type Task } from "./task.ts";
import { stripControls } from "../text.ts";

interface Invitee {
  readonly name: string;
  readonly email: string;
  readonly displayName: string;
  readonly hasGraphAccess: boolean;
}

/**
 * Makes a contact and invites it; a contact that could not be invited is deleted again, so that the name stays free.
 */
export async function inviteFollower(task: Task, invitee: Invitee): Promise<number> {
  const { publisher, io } = task;
  const { signal } = io;
  const { name, email, displayName, hasGraphAccess } = invitee;
  const list = await publisher.listSubscriptions({ signal });
  const known = list.find(({ contactName, state }) => contactName === name && state !== "removed");
  if (known !== undefined) {
    throw new Error(
      `${stripControls(name)} is ${stateOf(known, io.clock.now())} already. To send another invitation, remove it first.`,
    );
  }
  const sees = hasGraphAccess ? "the graph" : "the latest reading alone";
  const question = `Invite ${stripControls(name)} (${stripControls(email)}) by e-mail to see ${sees} of "${stripControls(displayName)}"?`;
  if (!(await task.agrees(question))) return leaveIt(io);
  const contactId = await publisher.createContact(name, email, { signal });
  try {
    await publisher.createInvitation(contactId, { displayName, hasGraphAccess }, { signal });
  } catch (error) {
    const isThere = isUnknown(error) ? await isInvited(task, contactId) : false;
    if (isThere === false) await takeBack(task, contactId, name);
    if (isThere !== true) throw error;
  }
  const made = (await look(task))?.filter((one) => one.contactId === contactId) ?? [];
  io.stdout.write(made.length > 0 ? followerLines(made, io.clock.now()) : `${stripControls(name)} is invited.\n`);
  return EXIT.OK;
}

/** Tells if an invitation whose response was lost was made; `undefined` if that can't be seen. */
async function isInvited({ publisher, io }: Task, contactId: string): Promise<boolean | undefined> {
  try {
    return (await publisher.listSubscriptions({ signal: io.signal })).some((one) => one.contactId === contactId);
  } catch {
    return undefined;
  }
}

/** No operation finds a contact that was never invited, but by its id. */
async function takeBack({ publisher, io }: Task, contactId: string, name: string): Promise<void> {
  try {
    await publisher.deleteContact(contactId, { signal: io.signal });
  } catch {
    io.stderr.write(
      `A contact ${stripControls(name)} was made, and may not be invited. \`${io.calledAs} followers remove ${contactId}\` deletes it.\n`,
    );
  }
}
