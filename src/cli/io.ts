import type { ReadStream } from "node:tty";
import type { Clock } from "../clock.ts";

/** Where text goes: `process.stdout`, or what a test puts in its place. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** All that the command has of the world outside. */
export interface Io {
  readonly stdin: Pick<ReadStream, "isTTY"> & NodeJS.ReadableStream;
  readonly stdout: Output;
  /** Questions and failures go here, so that what is piped on is nothing but the answer. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where sessions are kept for the next run. @default the platform's folder for caches */
  readonly cacheDirectory?: string | undefined;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /** Aborts, with an `Interruption`, on Ctrl-C and its like. */
  readonly signal: AbortSignal;
}

/** Why the command stops before it is done: a signal of the system. */
export class Interruption extends Error {
  override readonly name = "Interruption";
  /** As shells have it: 128 and the number of the signal. */
  readonly exitCode: number;

  constructor(signalNumber: number) {
    super("Interrupted");
    this.exitCode = 128 + signalNumber;
  }
}

/** Whether somebody is there to be asked. */
export function isInteractive({ stdin, stderr }: Io): boolean {
  return stdin.isTTY && stderr.isTTY === true;
}
