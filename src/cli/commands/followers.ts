import { Argument, Option } from "commander";
import { connect } from "../connection.ts";
import { UsageError } from "../exit.ts";
import { changeFollower, CHANGES, removeFollower } from "../followers/change.ts";
import { inviteFollower } from "../followers/invite.ts";
import { listFollowers } from "../followers/list.ts";
import type { Task } from "../followers/task.ts";
import { isInteractive, type Io } from "../io.ts";
import { connectionOptions, jsonOption, type ConnectionOptions } from "../options.ts";
import { confirm } from "../prompt.ts";
import type { Subcommand } from "../subcommand.ts";

interface FollowersOptions extends ConnectionOptions {
  readonly email?: string | undefined;
  readonly displayName?: string | undefined;
  readonly graph: boolean;
  readonly yes?: boolean | undefined;
  readonly json?: boolean | undefined;
}

const ACTIONS = ["list", "invite", "pause", "resume", "remove"];

const NOTES = `What can be done:
  list           who follows, and who is invited to (the default)
  invite <name>  make a contact of this name and invite it; Dexcom sends the e-mail, the invitation expires after 7 days
  pause <name>   share nothing with a follower until resume
  resume <name>  share again
  remove <name>  delete the contact (DeleteContact): no known operation ends a following alone; to undo it, invite again

A follower goes by the contact's name, or by an id that \`list --json\` prints. Before anything is changed it asks;
without a terminal it changes nothing unless there is --yes. Afterwards it looks, and prints what the service then says.
Dexcom describes none of this: it is what apps of 2015 to 2018 did, pause and resume one of them alone.
With --simulate it all happens in this process, and is forgotten.`;

export const followers: Subcommand<FollowersOptions> = {
  name: "followers",
  summary: "who may see the readings: list, invite, pause, resume, remove",
  args: [new Argument("[action]", "what to do").choices(ACTIONS), new Argument("[name]", "the follower")],
  options: [
    ...connectionOptions,
    new Option("--email <address>", "invite: where the invitation goes"),
    new Option("--display-name <name>", "invite: what the follower sees the wearer called"),
    new Option("--no-graph", "invite: the latest reading alone is shown, and no graph"),
    new Option("--yes", "change the account without a question, for scripts"),
    jsonOption,
  ],
  notes: NOTES,
  async run(options, io, [action = "list", name]) {
    checkUse(options, { action, name, calledAs: io.calledAs });
    if (action !== "list" && !options.yes && !isInteractive(io)) {
      throw new UsageError("This changes the account: run it in a terminal to be asked, or add --yes.");
    }
    const task = await open(options, io);
    if (action === "list" || name === undefined) return listFollowers(task, options.json ?? false);
    if (action === "pause" || action === "resume") return changeFollower(task, CHANGES[action], name);
    if (action === "remove") return removeFollower(task, name);
    const { email = "", displayName = "", graph } = options;
    return inviteFollower(task, { name, email, displayName, hasGraphAccess: graph });
  },
};

/** Nothing that is given is left out of account. @throws {UsageError} */
function checkUse(
  { email, displayName, graph, json }: FollowersOptions,
  { action, name, calledAs }: { readonly action: string; readonly name: string | undefined; readonly calledAs: string },
): void {
  if (action !== "invite" && (email !== undefined || displayName !== undefined || !graph)) {
    throw new UsageError("--email, --display-name and --no-graph belong to invite.");
  }
  if (action !== "list" && json) throw new UsageError("--json belongs to list.");
  if (action === "list" ? name !== undefined : !name?.trim()) {
    throw new UsageError(
      action === "list" ? "list takes no name." : `Name the follower: ${calledAs} followers ${action} <name>`,
    );
  }
  if (action === "invite" && !(email && displayName?.trim()))
    throw new UsageError("invite needs --email and --display-name.");
}

async function open({ yes = false, ...options }: FollowersOptions, io: Io): Promise<Task> {
  // Loaded only here: whoever reads does without.
  const { Publisher } = await import("../../publisher/publisher.ts");
  const publisher = new Publisher({ dexcom: await connect(options, io) });
  return { publisher, io, agrees: async (question) => yes || (await confirm(io, question)) };
}
