import { ArgumentError } from "../errors.ts";
import { SealedSession, type SessionBinding } from "./sealed-session.ts";
import type { SessionKeeper } from "./session-backend.ts";

/** What every store may be told. */
export interface SessionStoreOptions {
  /**
   * How long a session is kept, in milliseconds; use does not renew it. The service ends a session after about a day
   * (wire-protocol 14), and its refusal decides, whatever is kept here.
   *
   * @default 82_800_000 (23 hours)
   */
  readonly ttlMs?: number | undefined;
}

const DAY_LESS_AN_HOUR_MS = 82_800_000;

/**
 * Where the sessions of many accounts are kept for many processes, by key: Redis, files, a key-value service. The client
 * chooses the keys, binds them to host, account and password, and seals what is stored, so that the place itself
 * holds neither a password nor a session id, and a client with another password finds nothing in it.
 *
 * A store that throws, hangs or forgets breaks no reading: the client logs in by itself and reports a `cache-failure`.
 *
 * To keep sessions elsewhere, pass a key-value service to `KeyValueSessionStore`, or extend this class.
 *
 * @example
 * ```ts
 * import { SessionStore } from "dexcom-share-ts/store";
 * class MapSessionStore extends SessionStore {
 *   readonly kept = new Map<string, string>();
 *   async get(key: string) {
 *     return this.kept.get(key) ?? null;
 *   }
 *   async set(key: string, value: string) {
 *     this.kept.set(key, value);
 *   }
 *   async delete(key: string) {
 *     this.kept.delete(key);
 *   }
 * }
 * ```
 */
export abstract class SessionStore {
  readonly #ttlMs: number;

  /** @throws {ArgumentError} for a bad option, by name. */
  constructor({ ttlMs = DAY_LESS_AN_HOUR_MS }: SessionStoreOptions = {}) {
    if (!Number.isFinite(ttlMs) || ttlMs < 1) throw new ArgumentError("ttlMs must be a number, 1 or more");
    this.#ttlMs = ttlMs;
  }

  /** The value, or `null` where there is none or its time has lapsed. */
  abstract get(key: string): Promise<string | null | undefined>;
  /** Keeps `value` for `ttlMs` milliseconds. */
  abstract set(key: string, value: string, ttlMs: number): Promise<unknown>;
  abstract delete(key: string): Promise<unknown>;
  /**
   * Optional. Puts `to` in the place of `from`, where `null` stands for no value, and resolves to whether it did: of
   * several callers with the same `from`, one succeeds. With it one process logs in while the others wait, and the
   * session of one that is late never takes the place of a newer one.
   */
  replace?(key: string, from: string | null, to: string | null, ttlMs: number): Promise<boolean>;

  /** @internal What `Dexcom` uses, for one account and password. */
  bindSession(binding: SessionBinding): SessionKeeper {
    return new SealedSession(this, this.#ttlMs, binding);
  }
}
