import type { DexcomErrorCode } from "../../../src/index.ts";

/** Where in a call a fault happens: the three requests of a first read, and the read after a session was refused. */
export const STEPS = ["authenticate", "login", "read", "replay"] as const;
export type Step = (typeof STEPS)[number];

/** How a connection ends, or does not. */
export type Break =
  "refused" | "reset before headers" | "stalled before headers" | "reset mid-body" | "stalled mid-body";

/** What a service, a proxy or a network does with one request. A server and a scripted fetch both can play it. */
export interface CannedResponse {
  /** @default 200 */
  readonly status?: number;
  /** @default a content type of JSON */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** Spaces that come before the body. */
  readonly padding?: number;
  readonly breaks?: Break;
  /** A fetch that follows redirects whatever it is told. */
  readonly isFollowed?: boolean;
}

/** The request that the faulty service received. Hostile responses repeat it. */
export interface Sent {
  /** The request's body. */
  readonly text: string;
  readonly now: number;
  /** An origin of somebody else's. */
  readonly elsewhere: string;
}

/** What comes out of a call, and after how many requests of the faulty step. */
export type Cell = `${"reading" | "nothing" | DexcomErrorCode} ${1 | 2 | 3}`;

/** One cell for each step. */
export type Columns = Readonly<Record<Step, Cell>>;

export interface Fault {
  readonly name: string;
  readonly respond: (sent: Sent) => CannedResponse;
  /** The outcome if every request of the step has the fault. */
  readonly always: Columns;
  /** The outcome if only the first request of the step has it. */
  readonly once: Columns;
  /** The response names a session that is no more: a read is followed by one login, and a replay. */
  readonly endsSession?: boolean;
  /**
   * A login with this fault is known not to have been carried out, though the response carries no code of the
   * service.
   */
  readonly turnsAway?: boolean;
  /** The time that must be between two requests of the step, in milliseconds. */
  readonly gapMs?: number;
  /** Where it can be played, if not everywhere. */
  readonly only?: "server" | "script";
}

/** The same for all steps. */
export const all = (cell: Cell): Columns => ({ authenticate: cell, login: cell, read: cell, replay: cell });

/** One for the two steps that post the password, one for the two that read. */
export const each = (logins: Cell, reads: Cell): Columns => ({
  authenticate: logins,
  login: logins,
  read: reads,
  replay: reads,
});

/** Retried until it succeeds or the attempts are used up: three, or two of a login. */
export function retried(
  name: string,
  code: DexcomErrorCode,
  respond: Fault["respond"],
  more: Partial<Fault> = {},
): Fault {
  return { name, respond, always: each(`${code} 2`, `${code} 3`), once: all("reading 2"), ...more };
}

/** Final: not asked again. */
export function final(name: string, outcome: Columns, respond: Fault["respond"], more: Partial<Fault> = {}): Fault {
  return { name, respond, always: outcome, once: outcome, ...more };
}

/** The service's form of a fault (PROTOCOL.md, "Fault shape"), with the fields in which it repeats what it was sent. */
export function faultBody(code: string, message: string): string {
  const subCode = JSON.stringify({
    OnlineException: { ErrorCode: "", TypeString: code, Message: message, FullText: message },
  });
  return JSON.stringify({ Code: code, Message: message, SubCode: subCode, TypeName: "FaultException" });
}
