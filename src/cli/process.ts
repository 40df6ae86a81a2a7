import { constants } from "node:os";
import { systemClock, type Clock } from "../clock.ts";
import { Interruption, type Io } from "./io.ts";
import { run } from "./run.ts";

const ENDING_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The command as a process: its streams, its environment, its signals. */
export async function main(clock: Clock = systemClock): Promise<void> {
  const interrupted = new AbortController();
  for (const name of ENDING_SIGNALS) {
    // Once: whoever presses Ctrl-C again does not want to wait for anything.
    process.once(name, () => interrupted.abort(new Interruption(constants.signals[name])));
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      // `dexcom-share readings | head -1`: nobody reads on, and that is no failure.
      if (error.code === "EPIPE") process.exit(0);
      throw error;
    });
  }
  const { stdout, stderr, env } = process;
  const io: Io = {
    // Opened when something is asked: few runs ask anything.
    get stdin() {
      return process.stdin;
    },
    stdout,
    stderr,
    env,
    clock,
    fetch: globalThis.fetch,
    signal: interrupted.signal,
  };
  // Not `exit`, which would cut off what a pipe has not taken yet.
  process.exitCode = await run(process.argv.slice(2), io);
  // But whoever pressed Ctrl-C does not wait for a login, which has nobody's signal and goes on without its caller.
  if (interrupted.signal.aborted) process.exit();
}
