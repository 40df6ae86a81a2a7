/** Starts workers in processes of their own, and collects what they print. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import type { WorkerInput, WorkerLine } from "./worker-program.ts";

const PROGRAM = path.join(import.meta.dirname, "worker-program.ts");

export class WorkerProcess {
  readonly exited: Promise<unknown>;
  readonly #child: ChildProcess;

  constructor(input: WorkerInput, onLine: (line: WorkerLine) => void) {
    this.#child = spawn(process.execPath, [PROGRAM, JSON.stringify(input)], { stdio: ["ignore", "pipe", "inherit"] });
    this.exited = once(this.#child, "exit");
    createInterface({ input: this.#child.stdout! }).on("line", (text) => onLine(JSON.parse(text) as WorkerLine));
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Ends it after the polls under way, or at once with `SIGKILL`. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    if (this.isRunning) this.#child.kill(signal);
    await this.exited;
  }
}
