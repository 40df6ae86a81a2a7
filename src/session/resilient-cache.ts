import type { Clock } from "../clock.ts";
import type { CallLimit } from "../http/deadline.ts";
import { askCache, FAILED } from "./storage-call.ts";
import type { Emit } from "../events.ts";
import { MemorySessionCache, type SessionCache } from "./session-cache.ts";
import type { SessionKeeper } from "./session-backend.ts";
import { isId } from "../wire/ids.ts";

/** The session id that was last seen, and whether the cache holds it. */
interface LastId {
  readonly id: string;
  readonly expiresAt: number;
  /** `undefined` while it is on its way there. */
  isKept: boolean | undefined;
}

/**
 * A session cache that can't break reading: one that throws or hangs is reported, one that gives back what is no id
 * counts as empty, and the last id is remembered here for as long as the cache fails to keep it or to give it back,
 * or each call would log in anew.
 */
export class GuardedCache implements SessionKeeper {
  readonly #cache: SessionCache;
  /** The same cache where it is ours: memory neither fails nor takes time. A class made from ours may do both. */
  readonly #memory: MemorySessionCache | undefined;
  readonly #ttlMs: number;
  readonly #clock: Clock;
  readonly #emit: Emit;
  #last: LastId | undefined;

  constructor(cache: SessionCache, ttlMs: number, clock: Clock, emit: Emit) {
    this.#cache = cache;
    this.#memory = isPlainMemory(cache) ? cache : undefined;
    this.#ttlMs = ttlMs;
    this.#clock = clock;
    this.#emit = emit;
  }

  get(limit: CallLimit): string | undefined | Promise<string | undefined> {
    if (!this.#memory) return this.#getGuarded(limit);
    const id = this.#memory.peek();
    // Whoever filled it by hand may have put in anything.
    return id === this.#last?.id || isId(id) ? id : undefined;
  }

  async #getGuarded(limit: CallLimit): Promise<string | undefined> {
    const before = this.#last?.isKept === undefined ? undefined : this.#last;
    const id = await this.#ask("get", limit, () => this.#cache.get());
    const last = this.#last;
    // The cache was asked while an id was on its way there, and may tell of the time before.
    if (last && last !== before) return last.id;
    if (isId(id)) {
      if (id !== last?.id) this.#remember(id).isKept = true;
      return id;
    }
    return last && (id === FAILED || !last.isKept) && this.#clock.now() < last.expiresAt ? last.id : undefined;
  }

  async set(id: string, limit: CallLimit): Promise<void> {
    const last = this.#remember(id);
    const done = await this.#ask("set", limit, () => this.#cache.set(id, this.#ttlMs));
    last.isKept = done !== FAILED;
  }

  /** Gives `id` its full time again, but only where it is what the cache holds: another client may have logged in. */
  renew(id: string, limit: CallLimit): void | Promise<void> {
    if (!this.#memory) return this.#renewGuarded(id, limit);
    this.#memory.renew(id, this.#ttlMs);
  }

  async #renewGuarded(id: string, limit: CallLimit): Promise<void> {
    if ((await this.#getGuarded(limit)) === id) await this.set(id, limit);
  }

  /** Takes `id` out, but only where it is what the cache holds. */
  async drop(id: string, limit: CallLimit): Promise<void> {
    if ((await this.get(limit)) !== id) return;
    this.#last = undefined;
    await this.#ask("clear", limit, () => this.#cache.clear());
  }

  #remember(id: string): LastId {
    return (this.#last = { id, expiresAt: this.#clock.now() + this.#ttlMs, isKept: undefined });
  }

  #ask<T>(method: "get" | "set" | "clear", limit: CallLimit, work: () => Promise<T>): Promise<T | typeof FAILED> {
    return askCache({ clock: this.#clock, emit: this.#emit }, method, limit, work);
  }
}

function isPlainMemory(cache: SessionCache): cache is MemorySessionCache {
  return cache.constructor === MemorySessionCache;
}
