import type { Account } from "./account.ts";
import type { RandomStream } from "../../readings/random.ts";
import type { Subscriber } from "./sharing.ts";

/** A login. */
export interface Session {
  /** A wearer's own account, or that of a follower. */
  readonly holder: Account | Subscriber;
  expiresAtMs: number;
}

/**
 * Sessions that were ever opened. Any number may be open for one account (PROTOCOL.md, "Sessions, limits and
 * cadence"). One that has ended is
 * still known: it gives another fault than one that never was (PROTOCOL.md, "Fault codes").
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
  open(holder: Account | Subscriber, nowMs: number): string {
    const sessionId = this.#random.uuid();
    this.#sessions.set(sessionId, { holder, expiresAtMs: nowMs + this.#lifetimeMs });
    return sessionId;
  }

  /** Finds a session by its id in lower case. */
  find(sessionId: string): Session | undefined {
    return this.#sessions.get(sessionId);
  }

  /** Ends sessions; forgotten ones are as if they had never been. */
  end(isMeant: (holder: Account | Subscriber) => boolean, nowMs: number, isForgotten: boolean): void {
    for (const [sessionId, session] of this.#sessions) {
      if (!isMeant(session.holder)) continue;
      if (isForgotten) this.#sessions.delete(sessionId);
      else session.expiresAtMs = Math.min(session.expiresAtMs, nowMs);
    }
  }
}
