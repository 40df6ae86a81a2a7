import type { ReadStream } from "node:tty";
import type { Clock } from "../clock.ts";

/** Output stream: `process.stdout`, or a test's own. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** Everything that the command uses of its process. */
export interface Io {
  readonly stdin: Pick<ReadStream, "isTTY"> & NodeJS.ReadableStream;
  readonly stdout: Output;
  /** Makes a reader that closes the output early a failure, because a part of the result is worth nothing. */
  readonly requireWholeOutput?: (() => void) | undefined;
  /** Gets questions and failures, so that a pipe holds the result alone. */
  readonly stderr: Output;
  /** Text that runs the command again, such as `npx dexcom-share-ts`. Hints repeat it. */
  readonly calledAs: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of the sessions. @default the platform's folder for caches */
  readonly cacheDirectory?: string | undefined;
  /** Folder of the archives. @default this package's folder in the platform's folder for data */
  readonly dataDirectory?: string | undefined;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /** Aborts, with an `Interruption`, on Ctrl-C and its like. */
  readonly signal: AbortSignal;
}

/** A signal of the system, which stops the command. */
export class Interruption extends Error {
  override readonly name = "Interruption";
  /** 128 plus the number of the signal, as in shells. */
  readonly exitCode: number;

  constructor(signalNumber: number) {
    super("Interrupted");
    this.exitCode = 128 + signalNumber;
  }
}

/** Returns `true` if a person can be asked. */
export function isInteractive({ stdin, stderr }: Io): boolean {
  return stdin.isTTY && stderr.isTTY === true;
}
