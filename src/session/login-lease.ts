import { elapsedMs, fromRealMs, type Clock } from "../clock.ts";
import { TimeoutError } from "../errors.ts";
import { remainingMs, type CallLimit } from "../http/deadline.ts";
import type { StoredRefusal } from "./refusal.ts";
import { FoundSession, type LoginLease } from "./session-backend.ts";
import { FAILED } from "./storage-call.ts";

/** Lifetime of a lease that is not renewed. The others wait so long if its holder was killed. */
export const LEASE_MS = 10_000;
const RENEW_EVERY_MS = LEASE_MS / 3;
/** First and longest pause of a process that waits. Fifty that look more often keep the holder from its work. */
const FIRST_POLL_MS = 100;
const MAX_POLL_MS = 1000;

/** Operations that a lease needs of its store. Each call may resolve to `FAILED`. */
export interface LeaseStore {
  readonly clock: Clock;
  /** Compares and sets the lock. `undefined` if the store has no `replace`. */
  swapLock(from: string | null, to: string | null, limit: CallLimit): Promise<unknown>;
  /** Resolves to `true` if the store has no lock although it gave none. */
  isLockMissing(limit: CallLimit): Promise<boolean>;
  /** Reads the account's record. Resolves to the id of a session that may be used. */
  look(limit: CallLimit): Promise<string | undefined>;
  /** Returns the refusals that were last read. */
  refusals(): readonly StoredRefusal[];
}

/** Lock of one login, renewed while its holder works, so that a slow login keeps it and a dead holder does not. */
export class StoreLease implements LoginLease {
  readonly #store: LeaseStore;
  readonly #limit: CallLimit;
  readonly #token = String(Math.random());
  readonly #done = new AbortController();
  #isHeld = false;
  /** A lock that was asked for may be given later, when the store is back. */
  #mayHold = false;
  #isRenewing = false;

  constructor(store: LeaseStore, limit: CallLimit) {
    this.#store = store;
    this.#limit = limit;
  }

  async beforePost(): Promise<readonly StoredRefusal[]> {
    const { clock } = this.#store;
    const startedAt = elapsedMs(clock);
    const patienceMs = (remainingMs(clock, this.#limit) * 2) / 3;
    for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(pollMs * 1.5, MAX_POLL_MS)) {
      // No post comes of it, so there is no need for the lock.
      if (this.#isRefused()) break;
      const isMine = await this.#take();
      // Also while another process logs in: it may be done.
      const id = await this.#store.look(this.#limit);
      if (id !== undefined) throw new FoundSession(id);
      if (isMine !== false || this.#isRefused()) break;
      if (remainingMs(clock, this.#limit) <= 0)
        throw new TimeoutError("DEADLINE_EXCEEDED", "The call took longer than deadlineMs allows");
      const isImpatient = elapsedMs(clock) - startedAt >= patienceMs;
      if (isImpatient && (await this.#store.isLockMissing(this.#limit))) break;
      // At random, or all would look at once.
      await clock.sleep(pollMs * (0.5 + Math.random() / 2));
    }
    return this.#store.refusals();
  }

  /** Gives the lock back. */
  async release(): Promise<void> {
    this.#done.abort(FAILED);
    this.#isHeld = false;
    // Not by the login's limit: its time may be up.
    if (this.#mayHold) await this.#store.swapLock(this.#token, null, { endsAtElapsedMs: Infinity });
  }

  #isRefused(): boolean {
    return this.#store.refusals().some(({ leftMs }) => leftMs > 0);
  }

  /** Acquires or renews. Resolves to `false` if another process has the lock; a store that failed has none. */
  async #take(): Promise<unknown> {
    const result = await this.#store.swapLock(this.#isHeld ? this.#token : null, this.#token, this.#limit);
    this.#mayHold ||= result === true || result === FAILED;
    if (result === true || result === false) this.#isHeld = result;
    if (result === true) void this.#keepRenewing();
    return result;
  }

  async #keepRenewing(): Promise<void> {
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    const { clock } = this.#store;
    try {
      for (;;) {
        await clock.sleep(fromRealMs(clock, RENEW_EVERY_MS), this.#done.signal);
        if (this.#isHeld) await this.#take();
      }
    } catch {
      // Released.
    }
  }
}
