import { systemClock, type Clock } from "../clock.ts";

/**
 * Where one account's session id is kept between calls: in memory, in Redis, wherever `get`, `set` and `clear` can be
 * written. It belongs to one account and holds the id as it is, so treat what it writes to as a secret.
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
  /** The id, or `null` where there is none or its time has lapsed. */
  get(): Promise<string | null>;
  /** Keeps `id` for `ttlMs` milliseconds. */
  set(id: string, ttlMs: number): Promise<void>;
  clear(): Promise<void>;
}

/** Keeps a session id in this object, and nowhere that it could be printed. */
export class MemorySessionCache implements SessionCache {
  readonly #clock: Clock;
  #entry: { readonly id: string; readonly expiresAt: number } | undefined;

  /** @param clock What tells when an id's time has lapsed. @default real time */
  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  get(): Promise<string | null> {
    return Promise.resolve(this.peek() ?? null);
  }

  set(id: string, ttlMs: number): Promise<void> {
    this.#entry = { id, expiresAt: this.#clock.now() + ttlMs };
    return Promise.resolve();
  }

  clear(): Promise<void> {
    this.#entry = undefined;
    return Promise.resolve();
  }

  /** @internal `get` without a promise, which every read would wait for. */
  peek(): string | undefined {
    if (this.#entry && this.#clock.now() >= this.#entry.expiresAt) this.#entry = undefined;
    return this.#entry?.id;
  }

  /** @internal Gives `id` its full time again where it is what is held. */
  renew(id: string, ttlMs: number): void {
    const now = this.#clock.now();
    if (this.#entry?.id === id && now < this.#entry.expiresAt) this.#entry = { id, expiresAt: now + ttlMs };
  }
}
