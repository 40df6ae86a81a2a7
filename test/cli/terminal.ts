/** Real processes: the command on pipes, and on a pseudo-terminal. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const PROGRAM = path.join(import.meta.dirname, "fixed-clock.ts");
/** The tests' own home folder, which holds the sessions of all these processes. */
const HOME = mkdtempSync(path.join(tmpdir(), "dexcom-share-home-"));
process.once("exit", () => rmSync(HOME, { recursive: true, force: true }));

/** Longest wait for one thing: a text, or the end. A server may run for longer in all. */
const PATIENCE_MS = 60_000;

/** Nothing outlives the tests, not even after one that failed. */
const children = new Set<ChildProcess>();
process.once("exit", () => children.forEach((child) => child.kill("SIGKILL")));

export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process on its way: what it has said so far can be waited for, and answered. */
export class Running {
  readonly child: ChildProcess;
  readonly #text = { stdout: "", stderr: "" };
  readonly #closed: Promise<unknown[]>;

  constructor(file: string, args: readonly string[], env: Record<string, string>) {
    // Nothing of the machine's own: neither colours nor sizes nor real credentials. Coverage and speed are wanted, though.
    const { PATH = "", NODE_V8_COVERAGE, NODE_COMPILE_CACHE } = process.env;
    this.child = spawn(file, args, {
      env: {
        PATH,
        HOME,
        LOCALAPPDATA: HOME,
        LANG: "C.UTF-8",
        ...(NODE_V8_COVERAGE !== undefined && { NODE_V8_COVERAGE }),
        ...(NODE_COMPILE_CACHE !== undefined && { NODE_COMPILE_CACHE }),
        ...env,
      },
      stdio: "pipe",
    });
    this.#closed = once(this.child, "close");
    for (const name of ["stdout", "stderr"] as const) {
      this.child[name]!.setEncoding("utf8").on("data", (chunk: string) => (this.#text[name] += chunk));
    }
    this.child.stdin!.on("error", () => undefined);
    children.add(this.child);
  }

  get output(): string {
    return this.#text.stdout + this.#text.stderr;
  }

  /** Resolves as soon as `pattern` has been printed. */
  async says(pattern: RegExp): Promise<string> {
    const isLate = AbortSignal.timeout(PATIENCE_MS);
    for (;;) {
      const found = pattern.exec(this.output);
      if (found) return found[1] ?? found[0];
      if (isLate.aborted) throw new Error(`did not print ${String(pattern)}: ${this.output}`);
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        throw new Error(`ended without ${String(pattern)}: ${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  types(keys: string): void {
    this.child.stdin!.write(keys);
  }

  async ended(): Promise<Ended> {
    const timer = setTimeout(() => this.child.kill("SIGKILL"), PATIENCE_MS);
    const [exitCode, signal] = (await this.#closed) as [number | null, NodeJS.Signals | null];
    clearTimeout(timer);
    children.delete(this.child);
    return { exitCode, signal, ...this.#text };
  }
}

/** The command as a process of its own, on pipes. */
export function start(argv: readonly string[], env: Record<string, string> = {}): Running {
  return new Running(process.execPath, [PROGRAM, ...argv], env);
}

/** The same, to its end. */
export async function runOnPipe(argv: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const running = start(argv, env);
  running.child.stdin!.end();
  return running.ended();
}

/** Whether there is a `script` that can make a pseudo-terminal: that of util-linux, which every Debian has. */
export const hasTerminal: boolean = String(spawnSync("script", ["--version"]).stdout).includes("util-linux");

/** What the shell says after the command has ended: whether the terminal is as it was. */
export const SAME = "the terminal is as it was";

/** The command on a pseudo-terminal of this size; its `stdin` is the keyboard. Afterwards the terminal is compared. */
export function startOnTerminal(
  argv: readonly string[],
  env: Record<string, string>,
  columns: number,
  rows = 21,
): Running {
  const command = [process.execPath, PROGRAM, ...argv].map((word) => `'${word}'`).join(" ");
  // The shell must outlive the Ctrl-C that the command gets.
  const line = `trap : INT; stty cols ${columns} rows ${rows}; a=$(stty -g); ${command}; c=$?; [ "$a" = "$(stty -g)" ] && echo '${SAME}'; exit $c`;
  return new Running("script", ["-qefc", line, "/dev/null"], { SHELL: "/bin/sh", TERM: "xterm", ...env });
}

/** The same, to its end, with the line breaks of a file and without the last word of the shell. */
export async function runOnTerminal(
  argv: readonly string[],
  env: Record<string, string>,
  columns: number,
): Promise<Ended> {
  const ended = await startOnTerminal(argv, env, columns).ended();
  return { ...ended, stdout: ended.stdout.replaceAll("\r\n", "\n").replace(`${SAME}\n`, "") };
}
