import { DexcomError } from "../../errors.ts";
import type { Publisher } from "../../publisher/publisher.ts";
import type { Subscription } from "../../wire/subscriptions.ts";
import { EXIT } from "../exit.ts";
import type { Io } from "../io.ts";

/** A task on an account's followers, and its tools. */
export interface Task {
  readonly publisher: Publisher;
  readonly io: Io;
  /** Asks the person, unless the answer was given beforehand. */
  agrees(question: string): Promise<boolean>;
}

/** The person did not agree. */
export function leaveIt({ stderr }: Io): number {
  stderr.write("Nothing was changed.\n");
  return EXIT.FAILURE;
}

/**
 * Who is listed after a change; `undefined`, with a word on that, if the service does not say: the change is made
 * all the same.
 */
export async function look({ publisher, io }: Task): Promise<Subscription[] | undefined> {
  try {
    return await publisher.listSubscriptions({ signal: io.signal });
  } catch (error) {
    if (!(error instanceof DexcomError)) throw error;
    io.stderr.write(`It is done, but how it stands now could not be read: ${error.message}\n`);
    return undefined;
  }
}

/** Returns `true` if the outcome of a request is unknown. */
export function isUnknown(error: unknown): boolean {
  return error instanceof DexcomError && error.code === "OUTCOME_UNKNOWN";
}
