import { Command, CommanderError } from "commander";
import { ArgumentError, DexcomError } from "../errors.ts";
import { SUBCOMMANDS } from "./commands/index.ts";
import { EXIT, UsageError } from "./exit.ts";
import { Interruption, type Io } from "./io.ts";
import type { Subcommand } from "./subcommand.ts";
import { packageVersion } from "./version.ts";

const HELP = `
Credentials come from the environment, and from nowhere else but the terminal: DEXCOM_USERNAME or
DEXCOM_ACCOUNT_ID, DEXCOM_PASSWORD and DEXCOM_REGION; what is missing is asked for.

Exit codes: 0; 1 failure; 2 usage; 3 no reading; doctor: 0, or 10 and more by the step that failed.`;

/** Does what `argv` (without the program's own name) asks for, and gives the exit code. It never rejects. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let exitCode: number = EXIT.OK;
  const program = makeProgram(io, async (subcommand, options, args) => {
    exitCode = await subcommand.run(options as never, io, args);
  });
  try {
    await program.parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    return report(error, io);
  }
}

function makeProgram(
  io: Io,
  action: (subcommand: Subcommand<never>, options: object, args: readonly string[]) => Promise<void>,
): Command {
  const program = new Command("dexcom-share")
    .description("Your glucose from Dexcom Share, in a terminal, a script or a status bar. Not a medical device.")
    .version(packageVersion())
    .addHelpText("after", HELP)
    // Before the subcommands: they inherit both.
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns || 80,
      getErrHelpWidth: () => io.stderr.columns || 80,
      outputError: (text, write) => write(withoutValues(text)),
    });
  for (const [index, subcommand] of SUBCOMMANDS.entries()) {
    const command = program
      .command(subcommand.name, { isDefault: index === 0 })
      .description(subcommand.summary)
      .allowExcessArguments(false)
      .addHelpText("after", subcommand.notes === undefined ? "" : `\n${subcommand.notes}`)
      .action(() => action(subcommand, command.opts(), command.args));
    for (const option of subcommand.options) command.addOption(option);
    for (const argument of subcommand.args ?? []) command.addArgument(argument);
  }
  return program;
}

/** A mistyped or invented option may hold a password, and so may an argument: of `--password=…` only the name is repeated. */
function withoutValues(text: string): string {
  // What is no subcommand counts as an argument of the default one.
  if (text.includes("too many arguments"))
    return "error: unknown subcommand, or an argument too many: see dexcom-share --help\n";
  return text
    .replace(/(unknown option '[^'=]*)=.*'/s, "$1'")
    .replace(/command-argument value '.*' is invalid/s, "what is given is invalid");
}

/** Says what went wrong, for a person, and gives the exit code. */
function report(error: unknown, io: Io): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.OK : EXIT.USAGE;
  if (error instanceof Interruption) return error.exitCode;
  const say = (text: string): void => void io.stderr.write(`dexcom-share: ${text}\n`);
  if (error instanceof DexcomError) {
    say(error.serverCode === undefined ? error.message : `${error.message} (${error.serverCode})`);
    // An argument that the library itself refuses was never sent.
    if (error instanceof ArgumentError && error.status === undefined) return EXIT.USAGE;
    io.stderr.write(`${error.advice}\n`);
    return EXIT.FAILURE;
  }
  say(error instanceof Error ? error.message : String(error));
  return error instanceof UsageError ? EXIT.USAGE : EXIT.FAILURE;
}
