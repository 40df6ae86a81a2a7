import type { Publisher } from "../../src/publisher/index.ts";
import type { Repetition } from "../../src/wire/operations.ts";
import type { Subscriber } from "../../src/subscriber/index.ts";

export interface Clients {
  readonly publisher: Publisher;
  readonly subscriber: Subscriber;
}

/** One operation, as the protocol's examples have it. */
export interface Row {
  readonly operation: string;
  /** The request line, with `SESSION` for the session's id. */
  readonly line: string;
  /** The body, character by character but for white space and the order of keys. */
  readonly body?: string;
  readonly call: (clients: Clients) => Promise<unknown>;
  /** As the service answers. */
  readonly answer: string;
  readonly result: unknown;
  /** Other answers that are on record, and what they mean. */
  readonly also?: readonly (readonly [answer: string, result: unknown])[];
  /** How often it may be sent where an answer was lost. */
  readonly repetition: Exclude<Repetition, "login">;
  /** The fault that says that it is done already. */
  readonly done?: readonly [code: string, result: unknown];
}
