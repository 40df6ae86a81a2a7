import { checkMilliseconds } from "../validate.ts";
import { SealedBackend, type SessionBinding } from "./sealed-backend.ts";
import type { SessionBackend } from "./session-backend.ts";
import { parseSecrets } from "./store-secret.ts";

/** Options of every store. */
export interface SessionStoreOptions {
  /**
   * Lifetime of a session in milliseconds; use does not renew it. The service ends a session after about a day, and its
   * refusal decides, whatever the store holds.
   *
   * @default 82_800_000 (23 hours)
   */
  readonly ttlMs?: number | undefined;
  /**
   * 32 random bytes, as base64 or `Uint8Array`, that every process of the store shares. To rotate it, pass
   * `[current, ...previous]`.
   *
   * With a secret, keys are derived from it in microseconds. Deriving them from the password takes 40 ms; and a
   * lock-out of the account is shared by clients with any password. Entries stay bound to host, account and password.
   * Keep the secret apart from the store: whoever has both can try passwords quickly. Entries that were written without
   * a secret stay readable for clients without one.
   *
   * @default keys are derived from the password
   */
  readonly secret?: StoreSecret | readonly [current: StoreSecret, ...previous: StoreSecret[]] | undefined;
}

/** Names of the options of every store. */
export const STORE_OPTION_NAMES: readonly string[] = [
  "ttlMs",
  "secret",
] satisfies readonly (keyof SessionStoreOptions)[];

/** 32 bytes, as base64 or as they are. */
export type StoreSecret = string | Uint8Array;

const DAY_LESS_AN_HOUR_MS = 82_800_000;

/**
 * Keeps the sessions of many accounts for many processes: in Redis, files or a key-value service.
 *
 * The client chooses the keys, binds them to host, account and password, and seals the values. So the store holds
 * neither a password nor a readable session id, and a client with another password finds nothing in it.
 *
 * If a store throws, hangs or loses a value, the client logs in without it and reports `cache-failure` to `onEvent`.
 *
 * To use another service, pass a key-value service to `KeyValueSessionStore`, or extend this class.
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
  readonly #secrets: readonly Uint8Array<ArrayBuffer>[];

  /** @throws {ArgumentError} If an option is invalid. */
  constructor({ ttlMs, secret }: SessionStoreOptions = {}) {
    this.#ttlMs = checkMilliseconds("ttlMs", ttlMs, { fallback: DAY_LESS_AN_HOUR_MS });
    this.#secrets = parseSecrets(secret);
  }

  /** Returns the value, or `null` if there is none or it has expired. */
  abstract get(key: string): Promise<string | null | undefined>;
  /** Keeps `value` for `ttlMs` milliseconds. */
  abstract set(key: string, value: string, ttlMs: number): Promise<unknown>;
  /** Deletes the value, if there is one. */
  abstract delete(key: string): Promise<unknown>;
  /**
   * Optional. Replaces `from` with `to` (`null` stands for no value), and resolves to `false` if the value is not
   * `from`. Of several callers with the same `from`, one succeeds.
   *
   * With it, one process logs in while the others wait, and a process that is late does not overwrite a newer session.
   */
  replace?(key: string, from: string | null, to: string | null, ttlMs: number): Promise<boolean>;

  /** @internal Makes what a client uses for one account and password. */
  bindSession(binding: SessionBinding): SessionBackend {
    return new SealedBackend({ store: this, ttlMs: this.#ttlMs, secrets: this.#secrets }, binding);
  }
}
