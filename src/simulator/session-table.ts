import type { Account } from "./account.ts";
import type { RandomStream } from "./random.ts";

/** A login. */
export interface Session {
  readonly account: Account;
  expiresAtMs: number;
}

/**
 * All sessions that were ever opened. Any number may be open for one account (wire-protocol 14). One that has ended is
 * still known: it answers otherwise than one that never was (wire-protocol 9.2).
 */
export class SessionTable {
  readonly #sessions = new Map<string, Session>();
  readonly #random: RandomStream;
  readonly #lifetimeMs: number;

  constructor(random: RandomStream, lifetimeMs: number) {
    this.#random = random;
    this.#lifetimeMs = lifetimeMs;
  }

  /** Opens a session and gives its id. */
  open(account: Account, nowMs: number): string {
    const sessionId = this.#random.uuid();
    this.#sessions.set(sessionId, { account, expiresAtMs: nowMs + this.#lifetimeMs });
    return sessionId;
  }

  /** By its id in lower case. */
  find(sessionId: string): Session | undefined {
    return this.#sessions.get(sessionId);
  }

  /** Ends sessions; forgotten ones are as if they had never been. */
  end(isMeant: (account: Account) => boolean, nowMs: number, isForgotten: boolean): void {
    for (const [sessionId, session] of this.#sessions) {
      if (!isMeant(session.account)) continue;
      if (isForgotten) this.#sessions.delete(sessionId);
      else session.expiresAtMs = Math.min(session.expiresAtMs, nowMs);
    }
  }
}
