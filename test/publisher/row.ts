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
  /** The service's response. */
  readonly response: string;
  readonly result: unknown;
  /** Other recorded responses, and their results. */
  readonly also?: readonly (readonly [response: string, result: unknown])[];
  /** The rule for sending it again after a lost response. */
  readonly repetition: Exclude<Repetition, "login">;
  /** The fault that says that it is done already. */
  readonly done?: readonly [code: string, result: unknown];
}
