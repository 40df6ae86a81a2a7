import { constants } from "node:os";
import { systemClock, type Clock } from "../clock.ts";
import { EXIT } from "./exit.ts";
import { Interruption, type Io } from "./io.ts";
import { calledAs, PROGRAM } from "./program-name.ts";
import { run } from "./run.ts";

const ENDING_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs the command on the streams, the environment and the signals of this process. */
export async function main(clock: Clock = systemClock): Promise<void> {
  const interrupted = new AbortController();
  for (const name of ENDING_SIGNALS) {
    // A second Ctrl-C ends the process at once.
    process.once(name, () => interrupted.abort(new Interruption(constants.signals[name])));
  }
  let isWholeOutputRequired = false;
  // A reader that closes the pipe early, as in `dexcom-share-ts readings | head -1`, is no failure. A full disk is.
  process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
    if (code === "EPIPE" && !isWholeOutputRequired) process.exit(EXIT.OK);
    process.stderr.write(`${PROGRAM}: The output can't be written (${code ?? "unknown"}).\n`);
    process.exit(EXIT.FAILURE);
  });
  // Nobody is left to tell.
  process.stderr.on("error", () => process.exit(EXIT.FAILURE));
  const { stdout, stderr, env } = process;
  const io: Io = {
    // Opened by the first question: most runs ask nothing.
    get stdin() {
      return process.stdin;
    },
    stdout,
    requireWholeOutput: () => void (isWholeOutputRequired = true),
    stderr,
    calledAs: calledAs(process.argv[1], env),
    env,
    clock,
    fetch: globalThis.fetch,
    signal: interrupted.signal,
  };
  // `exit` would cut off what a pipe has not taken yet.
  process.exitCode = await run(process.argv.slice(2), io);
  // After Ctrl-C nobody waits for a login, which is shared by all callers and goes on without them.
  if (interrupted.signal.aborted) process.exit();
}
