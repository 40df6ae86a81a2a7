import { faultBody, type CannedResponse, type Fault, type Sent, type Step } from "./fault.ts";

export const USERNAME = "someone@example.com";
/** A secret that no output may hold. It needs escaping in JSON and in URLs, so a plain search would miss it there. */
export const PASSWORD = 'Canary "7" pass/word+é&%';
/** What every session id begins with, and no other id. */
export const SESSION_PREFIX = "5e551000";

const ACCOUNT_ID = "99999999-9999-9999-9999-999999999999";

/** The one reading that the service holds: whatever else comes out of a call was invented. */
export const RECORD = {
  WT: "Date(1691239553000)",
  ST: "Date(1691239553000)",
  DT: "Date(1691239553000-0400)",
  Value: 132,
  Trend: "FortyFiveUp",
} as const;

export interface Counts {
  readonly authenticate: number;
  readonly login: number;
  readonly read: number;
}

function operationOf(path: string): keyof Counts {
  if (/Authenticate/i.test(path)) return "authenticate";
  return /Login/i.test(path) ? "login" : "read";
}

/** The Share service as one client meets it, with one fault in one step. */
export class FaultyService {
  /** Called by a server when it begins to stall a response of this service. */
  onStall: (() => void) | undefined;
  readonly #step: Step;
  readonly #fault: Fault;
  readonly #isOnce: boolean;
  readonly #counts: Record<keyof Counts, number> = { authenticate: 0, login: 0, read: 0 };
  readonly #times: number[] = [];
  #session = "";

  constructor(step: Step, fault: Fault, isOnce: boolean) {
    this.#step = step;
    this.#fault = fault;
    this.#isOnce = isOnce;
  }

  /** Requests so far, by operation. */
  get counts(): Counts {
    return { ...this.#counts };
  }

  /** When the faulty step was asked for, in milliseconds since the Unix epoch. */
  get times(): readonly number[] {
    return this.#times;
  }

  /** Whether the next request to this path meets the fault. */
  isFaulty(path: string): boolean {
    const name = operationOf(path);
    const step: Step = name === "read" && this.#step === "replay" && this.#counts.read > 0 ? "replay" : name;
    return step === this.#step && !(this.#isOnce && this.#times.length > 0);
  }

  respond(path: string, sent: Sent): CannedResponse {
    const isFaulty = this.isFaulty(path);
    const name = operationOf(path);
    const count = ++this.#counts[name];
    if (isFaulty || (name === operationOf(this.#step) && count > (this.#step === "replay" ? 1 : 0)))
      this.#times.push(sent.now);
    if (isFaulty) return this.#faulty(name, sent);
    const body = JSON.parse(sent.text) as { password?: unknown; sessionId?: unknown };
    if (name === "read") {
      const isGone = body.sessionId !== this.#session || (this.#step === "replay" && count === 1);
      return isGone
        ? { status: 500, body: faultBody("SessionNotValid", `[SessionId = ${String(body.sessionId)}]`) }
        : { body: JSON.stringify([RECORD]) };
    }
    if (body.password !== PASSWORD)
      return { status: 500, body: faultBody("AccountPasswordInvalid", "Publisher account password failed") };
    if (name === "authenticate") return { body: JSON.stringify(ACCOUNT_ID) };
    return { body: JSON.stringify(this.#open(`${SESSION_PREFIX}-0000-0000-0000-${String(count).padStart(12, "0")}`)) };
  }

  /** A response with an id in an odd form opens a session too. */
  #faulty(name: keyof Counts, sent: Sent): CannedResponse {
    const canned = this.#fault.respond(sent);
    if (name === "login" && this.#fault.always.login.startsWith("reading"))
      this.#open(JSON.parse(canned.body as string) as string);
    return canned;
  }

  #open(session: string): string {
    this.#session = session;
    return session;
  }
}
