import { elapsedMs, systemClock, type Clock } from "../clock.ts";

/**
 * Keeps one account's session id between calls: any object with `get`, `set` and `clear`.
 *
 * It belongs to one account and holds the id in plain text, so protect what it writes to like a password. Whoever can
 * read it can read the account. **Whoever can write it chooses whose glucose is shown**: the client uses the session it
 * finds and can't tell whose it is. If others can write to the place, use a `SessionStore`, which seals what it stores.
 *
 * @example
 * ```ts
 * import type { SessionCache } from "dexcom-share-ts";
 * const kept = new Map<string, string>();
 * const cache: SessionCache = {
 *   get: async () => kept.get("session") ?? null,
 *   set: async (id) => void kept.set("session", id),
 *   clear: async () => void kept.delete("session"),
 * };
 * ```
 */
export interface SessionCache {
  /** Returns the id, or `null` if there is none or it has expired. */
  get(): Promise<string | null>;
  /** Keeps `id` for `ttlMs` milliseconds. */
  set(id: string, ttlMs: number): Promise<void>;
  /** Forgets the id. */
  clear(): Promise<void>;
}

/** Session id in memory, with its expiry. `console.log` and JSON do not show the id. */
export class MemorySessionCache implements SessionCache {
  readonly #clock: Clock;
  #entry: { readonly id: string; readonly expiresAt: number } | undefined;

  /** @param clock Measures the lifetime. @default real time */
  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  get(): Promise<string | null> {
    return Promise.resolve(this.peek() ?? null);
  }

  set(id: string, ttlMs: number): Promise<void> {
    this.#entry = { id, expiresAt: elapsedMs(this.#clock) + ttlMs };
    return Promise.resolve();
  }

  clear(): Promise<void> {
    this.#entry = undefined;
    return Promise.resolve();
  }

  /** @internal Like `get`, without a promise that every read would wait for. */
  peek(): string | undefined {
    if (this.#entry && elapsedMs(this.#clock) >= this.#entry.expiresAt) this.#entry = undefined;
    return this.#entry?.id;
  }

  /** @internal Gives `id` its full lifetime again if it is the current one. */
  renew(id: string, ttlMs: number): void {
    if (this.peek() === id) void this.set(id, ttlMs);
  }
}
