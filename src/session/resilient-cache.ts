import { elapsedMs, type Clock } from "../clock.ts";
import type { CallLimit } from "../http/deadline.ts";
import type { Emit } from "../events.ts";
import { isId } from "../wire/ids.ts";
import type { LoginLease, SessionBackend } from "./session-backend.ts";
import { MemorySessionCache, type SessionCache } from "./session-cache.ts";
import { callStorage, FAILED } from "./storage-call.ts";

/** The session id that was last seen. */
interface LastId {
  readonly id: string;
  /** In elapsed milliseconds. */
  readonly expiresAt: number;
  /** `true` if the cache holds it; `undefined` while the cache is being written. */
  isKept: boolean | undefined;
}

/** No other process waits for the login of a client with a cache, and none tells it of refusals. */
const NO_LEASE: LoginLease = { beforePost: () => Promise.resolve([]) };

interface ResilientCacheOptions {
  readonly ttlMs: number;
  readonly clock: Clock;
  readonly emit: Emit;
}

/**
 * Session of one account in a cache that may throw or hang. That is reported, and reading goes on: a value that is not
 * an id counts as absent, and the last id stays here while the cache fails to keep it or to return it, because each
 * call would log in otherwise.
 */
export class ResilientCache implements SessionBackend {
  readonly #cache: SessionCache;
  /** The same cache if it is our own class: memory neither fails nor takes time. A subclass may do both. */
  readonly #memory: MemorySessionCache | undefined;
  readonly #options: ResilientCacheOptions;
  #last: LastId | undefined;
  /** Number of ids that were written. */
  #generation = 0;

  constructor(cache: SessionCache, options: ResilientCacheOptions) {
    this.#cache = cache;
    this.#memory = isPlainMemory(cache) ? cache : undefined;
    this.#options = options;
  }

  get(limit: CallLimit): string | undefined | Promise<string | undefined> {
    if (!this.#memory) return this.#getGuarded(limit);
    const id = this.#memory.peek();
    // The user may have put anything into it.
    return isId(id) ? id : undefined;
  }

  async #getGuarded(limit: CallLimit): Promise<string | undefined> {
    const generation = this.#generation;
    const wasWriting = this.#last !== undefined && this.#last.isKept === undefined;
    const id = await this.#call("get", limit, () => this.#cache.get());
    const last = this.#last;
    // An id was written while the cache was read, so what it returned may be older.
    if (last && (wasWriting || generation !== this.#generation)) return last.id;
    if (isId(id)) {
      if (id !== last?.id) this.#remember(id).isKept = true;
      return id;
    }
    const isNeeded = last && (id === FAILED || !last.isKept) && elapsedMs(this.#options.clock) < last.expiresAt;
    return isNeeded ? last.id : undefined;
  }

  async set(id: string, limit: CallLimit): Promise<void> {
    this.#generation++;
    const last = this.#remember(id);
    const done = await this.#call("set", limit, () => this.#cache.set(id, this.#options.ttlMs));
    last.isKept = done !== FAILED;
  }

  /** Another client may have logged in, so only the current id gets its full lifetime again. */
  renewIfCurrent(id: string, limit: CallLimit): void | Promise<void> {
    if (!this.#memory) return this.#renewGuarded(id, limit);
    this.#memory.renew(id, this.#options.ttlMs);
  }

  async #renewGuarded(id: string, limit: CallLimit): Promise<void> {
    if ((await this.#getGuarded(limit)) === id) await this.set(id, limit);
  }

  async deleteIfCurrent(id: string, limit: CallLimit): Promise<void> {
    if ((await this.get(limit)) !== id) return;
    this.#last = undefined;
    await this.#call("clear", limit, () => this.#cache.clear());
  }

  withLoginLock(_call: unknown, logIn: (lease: LoginLease) => Promise<string>): Promise<string> {
    return logIn(NO_LEASE);
  }

  #remember(id: string): LastId {
    const { clock, ttlMs } = this.#options;
    return (this.#last = { id, expiresAt: elapsedMs(clock) + ttlMs, isKept: undefined });
  }

  #call<T>(method: "get" | "set" | "clear", limit: CallLimit, work: () => Promise<T>): Promise<T | typeof FAILED> {
    return callStorage(this.#options, { method, limit }, work);
  }
}

function isPlainMemory(cache: SessionCache): cache is MemorySessionCache {
  return cache.constructor === MemorySessionCache;
}
