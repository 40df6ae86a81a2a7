import { Command, CommanderError } from "commander";
import { ArgumentError, DexcomError } from "../errors.ts";
import { SUBCOMMANDS } from "./commands/index.ts";
import { prepare } from "./environment.ts";
import { EXIT, UsageError } from "./exit.ts";
import { Interruption, type Io } from "./io.ts";
import { nearest } from "../nearest.ts";
import { PROGRAM } from "./program-name.ts";
import type { Subcommand } from "./subcommand.ts";
import { describeUsage } from "./usage.ts";
import { packageVersion } from "./version.ts";
import { firstWord, subcommandFirst } from "./word-order.ts";

const HELP = `
Credentials come from the environment: DEXCOM_USERNAME or DEXCOM_ACCOUNT_ID, DEXCOM_PASSWORD, DEXCOM_REGION. In a terminal
the command asks for what is missing. DEXCOM_UNIT and DEXCOM_BASE_URL are the defaults of --unit and --base-url.

Exit codes: 0 success; 1 failure; 2 usage; 3 no reading; 4 a reading older than --stale-after; doctor: 0, or 10 and more
by the step that failed.`;

/** Runs the command for `argv`, without the program's own name, and returns the exit code. It never rejects. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let exitCode: number = EXIT.OK;
  let current: Command | undefined;
  const program = makeProgram(io, async (subcommand, command) => {
    const prepared = await prepare(subcommand, command.opts(), io);
    exitCode = await subcommand.run(prepared.options as never, prepared.io, command.args);
  });
  program.hook("preSubcommand", (_program, command) => void (current = command));
  try {
    checkSubcommand(argv, io);
    await program.parseAsync(subcommandFirst(argv, SUBCOMMANDS), { from: "user" });
    return exitCode;
  } catch (error) {
    return report(error, io, current ?? program);
  }
}

function makeProgram(io: Io, action: (subcommand: Subcommand<never>, command: Command) => Promise<void>): Command {
  const program = new Command(PROGRAM)
    .description("Your glucose from Dexcom Share, in a terminal, a script or a status bar. Not a medical device.")
    .version(packageVersion())
    .addHelpText("after", HELP)
    // Before the subcommands, which inherit both.
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns || 80,
      getErrHelpWidth: () => io.stderr.columns || 80,
      // Reported by `report`, without the values.
      outputError: () => undefined,
    });
  for (const [index, subcommand] of SUBCOMMANDS.entries()) {
    const command = program
      .command(subcommand.name, { isDefault: index === 0 })
      .description(subcommand.summary)
      .allowExcessArguments(false)
      .addHelpText("after", subcommand.notes === undefined ? "" : `\n${subcommand.notes}`)
      .action(() => action(subcommand, command));
    for (const option of subcommand.options) command.addOption(option);
    for (const argument of subcommand.args ?? []) command.addArgument(argument);
  }
  return program;
}

/** Commander would take an unknown subcommand for an argument of the default one. @throws {UsageError} */
function checkSubcommand(argv: readonly string[], { calledAs }: Io): void {
  const word = firstWord(argv, SUBCOMMANDS);
  const names = [...SUBCOMMANDS.map(({ name }) => name), "help"];
  if (word === undefined || names.includes(word)) return;
  const meant = nearest(word, names);
  throw new UsageError(
    meant === undefined ? `unknown subcommand; see ${calledAs} --help` : `unknown subcommand; did you mean ${meant}?`,
  );
}

/** Options of the library by the name that the command has for them. */
const LIBRARY_NAMES: readonly (readonly [option: RegExp, name: string])[] = [
  [/\bbaseUrl\b/g, "--base-url"],
  [/\busername\b/gi, "DEXCOM_USERNAME"],
  [/\baccountId\b|\bAccount ID\b/g, "DEXCOM_ACCOUNT_ID"],
  [/\bpassword\b/gi, "DEXCOM_PASSWORD"],
  [/\bemailAddress\b/g, "--email"],
  [/\bdisplayName\b/g, "--display-name"],
  [/\btimeZone\b/g, "--timezone"],
  [/^url(?= must)/, "--to"],
  [/^secret(?= must)/, "NIGHTSCOUT_SECRET"],
  [/^token(?= must)/, "NIGHTSCOUT_TOKEN"],
];

/** Reports a failure to a person and returns the exit code. */
function report(error: unknown, io: Io, command: Command): number {
  const say = (text: string): void => void io.stderr.write(`${PROGRAM}: ${text}\n`);
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.OK;
    const name = command.parent === null ? "" : ` ${command.name()}`;
    say(describeUsage(error, command, `${io.calledAs}${name} --help`));
    return EXIT.USAGE;
  }
  if (error instanceof Interruption) return error.exitCode;
  if (error instanceof ArgumentError && error.status === undefined) {
    // The library refused an argument, so nothing was sent.
    say(LIBRARY_NAMES.reduce((text, [option, name]) => text.replace(option, name), error.message));
    return EXIT.USAGE;
  }
  if (error instanceof DexcomError) {
    say(error.serverCode === undefined ? error.message : `${error.message} (${error.serverCode})`);
    io.stderr.write(`${error.advice}\n`);
    return EXIT.FAILURE;
  }
  say(error instanceof Error ? error.message : String(error));
  return error instanceof UsageError ? EXIT.USAGE : EXIT.FAILURE;
}
