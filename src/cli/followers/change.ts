import type { Subscription, SubscriptionState } from "../../wire/subscriptions.ts";
import { isId } from "../../wire/ids.ts";
import { EXIT, UsageError } from "../exit.ts";
import { followerLines, nameOf, stateOf } from "./list.ts";
import { isUnknown, leaveIt, look, type Task } from "./task.ts";
import { stripControls } from "../text.ts";

/** A change that can be undone: the operation, the states before and after, the question. */
interface Change {
  readonly operation: "pauseSubscription" | "resumeSubscription";
  readonly from: SubscriptionState;
  readonly to: SubscriptionState;
  readonly question: (name: string) => string;
}

export const CHANGES: Readonly<Record<"pause" | "resume", Change>> = {
  pause: {
    operation: "pauseSubscription",
    from: "active",
    to: "paused",
    question: (name) => `Share nothing with ${name} until resumed?`,
  },
  resume: {
    operation: "resumeSubscription",
    from: "paused",
    to: "active",
    question: (name) => `Share with ${name} again?`,
  },
};

/** Pauses or resumes one follower. */
export async function changeFollower(
  task: Task,
  { operation, from, to, question }: Change,
  name: string,
): Promise<number> {
  const { publisher, io } = task;
  const follower = theOne(await present(task), { name, calledAs: io.calledAs }, "subscriptionId");
  const state = stateOf(follower, io.clock.now());
  if (state === to) {
    io.stdout.write(`${nameOf(follower)} is ${to} already.\n`);
    return EXIT.OK;
  }
  if (state !== from) throw new Error(`${nameOf(follower)} is ${state}, not ${from}: nothing was changed.`);
  if (!(await task.agrees(question(nameOf(follower))))) return leaveIt(io);
  await publisher[operation](follower.subscriptionId, { signal: io.signal });
  return settle(task, follower, to);
}

/** Deletes the contact: no operation on record ends a subscription alone (PROTOCOL.md, "Contacts"). */
export async function removeFollower(task: Task, name: string): Promise<number> {
  const { publisher, io } = task;
  const all = await present(task);
  // A contact that was never invited is in no list.
  const isUnlisted = isId(name) && !all.some((one) => isMeant(one, name));
  const follower = isUnlisted
    ? { subscriptionId: name, contactId: name, contactName: name }
    : theOne(all, { name, calledAs: io.calledAs }, "contactId");
  const { contactId } = follower;
  if (contactId === undefined)
    throw new Error("The service sent no contact id for this follower: nothing was changed.");
  if (!(await task.agrees(`Delete the contact ${nameOf(follower)}, who can then follow no longer?`)))
    return leaveIt(io);
  try {
    await publisher.deleteContact(contactId, { signal: io.signal });
  } catch (error) {
    // The attempt whose response was lost may have done it, which the list says below.
    if (isUnlisted || !isUnknown(error)) throw error;
  }
  return settle(task, follower, "removed");
}

/** Looks how it stands by now, and says so. */
async function settle(
  task: Task,
  follower: Pick<Subscription, "subscriptionId" | "contactName">,
  wanted: SubscriptionState,
): Promise<number> {
  const { io } = task;
  const list = await look(task);
  if (list === undefined) return EXIT.OK;
  const now = list.find(({ subscriptionId }) => subscriptionId === follower.subscriptionId);
  const state = now?.state ?? "removed";
  if (state !== wanted)
    throw new Error(`The service accepted the change, but still lists ${nameOf(follower)} as ${state}.`);
  io.stdout.write(
    now === undefined || state === "removed"
      ? `${nameOf(follower)} is removed.\n`
      : followerLines([now], io.clock.now()),
  );
  return EXIT.OK;
}

/** Returns the followers who were not removed. */
async function present({ publisher, io }: Task): Promise<Subscription[]> {
  return (await publisher.listSubscriptions({ signal: io.signal })).filter(({ state }) => state !== "removed");
}

/**
 * The one that is meant: one contact, who may have been invited twice, or one subscription.
 *
 * @throws {Error} If no follower has the name, or several have it.
 */
function theOne(
  all: readonly Subscription[],
  { name, calledAs }: { readonly name: string; readonly calledAs: string },
  key: "contactId" | "subscriptionId",
): Subscription {
  const meant = all.filter((one) => isMeant(one, name));
  const [first] = meant;
  if (first === undefined)
    throw new Error(`No follower has the name ${stripControls(name)}: \`${calledAs} followers\` lists the names.`);
  const ids = new Set(meant.map((one) => one[key]));
  if (ids.size === 1) return first;
  throw new UsageError(
    `Several followers have the name ${stripControls(name)}. Give one of these ids instead: ${[...ids].join(", ")}`,
  );
}

function isMeant({ contactName, contactId, subscriptionId }: Subscription, name: string): boolean {
  return contactName === name || [contactId, subscriptionId].includes(name.toLowerCase());
}
