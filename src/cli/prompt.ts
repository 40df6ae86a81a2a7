import { Writable } from "node:stream";
import type { Io } from "./io.ts";
import { Interruption } from "./io.ts";

/** Asks on a terminal. Of an answer that is `hidden` nothing is shown, not even its length. */
export interface Question {
  readonly text: string;
  readonly hidden?: boolean | undefined;
}

/** The signal that Ctrl-C stands for while the terminal is in raw mode, where the system sends none. */
const SIGINT = 2;

/**
 * Asks one question after the other and gives the answers. The terminal is as it was afterwards, however it ends.
 *
 * @throws {Interruption} on Ctrl-C, and on the end of the input; the reason of `io.signal` when that aborts.
 */
export async function ask(io: Io, questions: readonly Question[]): Promise<string[]> {
  const { createInterface } = await import("node:readline/promises");
  const left = new AbortController();
  let isHidden = false;
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!isHidden) io.stderr.write(chunk.toString());
      done();
    },
  });
  // `terminal` has readline read key by key, which turns the terminal's own echo off, and turn it on again at the end.
  const lines = createInterface({ input: io.stdin, output, terminal: true, historySize: 0 });
  const leave = (): void => left.abort(new Interruption(SIGINT));
  const stop = (): void => left.abort(io.signal.reason);
  lines.on("SIGINT", leave);
  lines.on("close", leave);
  io.signal.addEventListener("abort", stop);
  if (io.signal.aborted) stop();
  try {
    const answers: string[] = [];
    for (const { text, hidden = false } of questions) {
      // Where readline may write it does so anew at each key: it has to know what stands before the answer.
      if (hidden) io.stderr.write(text);
      isHidden = hidden;
      answers.push(await lines.question(hidden ? "" : text, { signal: left.signal }));
      isHidden = false;
      if (hidden) io.stderr.write("\n");
    }
    return answers;
  } catch (error) {
    if (!left.signal.aborted) throw error;
    io.stderr.write("\n");
    throw left.signal.reason;
  } finally {
    io.signal.removeEventListener("abort", stop);
    lines.close();
  }
}

/** Whether the answer is yes; anything but `y` or `yes` is no. */
export async function confirm(io: Io, question: string): Promise<boolean> {
  const [answer = ""] = await ask(io, [{ text: `${question} [y/N] ` }]);
  return /^y(es)?$/i.test(answer.trim());
}
