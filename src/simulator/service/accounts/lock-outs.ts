/** Failed logins of one name or id. */
interface Record {
  readonly refusedAtMs: readonly number[];
  readonly lockedUntilMs: number;
}

/**
 * Who was refused too often. That repeated refusals lock an account, and for ten minutes, is attested; after how many
 * is not (PROTOCOL.md, "Sessions, limits and cadence"). Here refusals count until they are as old as a lock-out is
 * long, a login clears them, and
 * attempts during a lock-out do not prolong it.
 */
export class LockOuts {
  readonly #records = new Map<string, Record>();
  readonly #after: number;
  readonly #forMs: number;

  constructor(after: number, forMs: number) {
    this.#after = after;
    this.#forMs = forMs;
  }

  isLocked(key: string, nowMs: number): boolean {
    return (this.#records.get(key)?.lockedUntilMs ?? -Infinity) > nowMs;
  }

  /** Counts a refusal; one too many locks. */
  refused(key: string, nowMs: number): void {
    const earlier = this.#records.get(key)?.refusedAtMs ?? [];
    const refusedAtMs = [...earlier.filter((at) => at > nowMs - this.#forMs), nowMs];
    if (refusedAtMs.length >= this.#after) this.lock(key, nowMs + this.#forMs);
    else this.#records.set(key, { refusedAtMs, lockedUntilMs: -Infinity });
  }

  clear(key: string): void {
    this.#records.delete(key);
  }

  clearAll(): void {
    this.#records.clear();
  }

  lock(key: string, untilMs: number): void {
    this.#records.set(key, { refusedAtMs: [], lockedUntilMs: untilMs });
  }
}
