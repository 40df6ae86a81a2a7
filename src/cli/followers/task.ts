import { DexcomError } from "../../errors.ts";
import type { Publisher } from "../../publisher/publisher.ts";
import type { Subscription } from "../../wire/subscriptions.ts";
import { EXIT } from "../exit.ts";
import type { Io } from "../io.ts";

/** What is done to an account's followers, and with what. */
export interface Task {
  readonly publisher: Publisher;
  readonly io: Io;
  /** Whether the person wants that, or has said so beforehand. */
  agrees(question: string): Promise<boolean>;
}

/** The person did not agree. */
export function leaveIt({ stderr }: Io): number {
  stderr.write("Nothing was changed.\n");
  return EXIT.FAILURE;
}

/**
 * Who is listed after a change; `undefined`, with a word on that, where the service does not say: the change is made
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

/** Whether nobody knows what the service did. */
export function isUnknown(error: unknown): boolean {
  return error instanceof DexcomError && error.code === "OUTCOME_UNKNOWN";
}
