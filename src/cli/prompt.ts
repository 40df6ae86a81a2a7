import type { Interface } from "node:readline";
import { Writable } from "node:stream";
import { Interruption, type Io, type Output } from "./io.ts";

/** Question to a person. A `hidden` answer is not shown, not even its length. */
export interface Question {
  readonly text: string;
  readonly hidden?: boolean | undefined;
}

/** Signal that Ctrl-C stands for. In raw mode the system sends no signal. */
const SIGINT = 2;

/**
 * Asks one question after the other and returns the answers. It always restores the terminal.
 *
 * @throws {Interruption} On Ctrl-C and at the end of the input. If `io.signal` aborts, its reason.
 */
export async function ask(io: Io, questions: readonly Question[]): Promise<string[]> {
  const { createInterface } = await import("node:readline");
  const echo = new Echo(io.stderr);
  // `terminal` makes readline read key by key, which turns off the terminal's own echo until it closes.
  const lines = createInterface({ input: io.stdin, output: echo, terminal: true, historySize: 0 });
  let stop = (): void => undefined;
  try {
    return await new Promise<string[]>((resolve, reject) => {
      const leave = (): void => reject(new Interruption(SIGINT));
      stop = () => reject(io.signal.reason as Error);
      lines.on("SIGINT", leave);
      lines.on("close", leave);
      io.signal.addEventListener("abort", stop);
      if (io.signal.aborted) stop();
      else askInTurn(lines, echo, { questions, done: resolve });
    });
  } catch (error) {
    io.stderr.write("\n");
    throw error;
  } finally {
    io.signal.removeEventListener("abort", stop);
    lines.close();
  }
}

/**
 * Asks the next question within the event that ends a line. A paste holds several lines, and readline goes on to the
 * next one at once: whatever waits for a promise first would let it show the password.
 */
function askInTurn(
  lines: Interface,
  echo: Echo,
  { questions, done }: { readonly questions: readonly Question[]; readonly done: (answers: string[]) => void },
): void {
  const answers: string[] = [];
  const askNext = (): void => {
    const question = questions[answers.length];
    if (question === undefined) {
      // What follows the last answer in a paste may be the password once more.
      echo.mute();
      done(answers);
      return;
    }
    if (question.hidden) {
      echo.mute(question.text);
      lines.setPrompt("");
    } else {
      echo.unmute();
      lines.setPrompt(question.text);
    }
    lines.prompt();
  };
  lines.on("line", (answer) => {
    if (answers.length === questions.length) return;
    if (questions[answers.length]?.hidden) echo.unmute("\n");
    answers.push(answer);
    askNext();
  });
  askNext();
}

/** Output of readline: shows what a person types, unless it is muted. */
class Echo extends Writable {
  readonly #output: Output;
  #isMuted = false;

  constructor(output: Output) {
    super({ decodeStrings: false });
    this.#output = output;
  }

  mute(last = ""): void {
    if (last !== "") this.#output.write(last);
    this.#isMuted = true;
  }

  unmute(first = ""): void {
    this.#isMuted = false;
    if (first !== "") this.#output.write(first);
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    if (!this.#isMuted) this.#output.write(chunk);
    done();
  }
}

/** Returns `true` if the answer is `y` or `yes`. */
export async function confirm(io: Io, question: string): Promise<boolean> {
  const [answer = ""] = await ask(io, [{ text: `${question} [y/N] ` }]);
  return /^y(es)?$/i.test(answer.trim());
}
