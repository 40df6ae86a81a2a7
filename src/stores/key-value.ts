import {
  SessionStore,
  STORE_OPTION_NAMES,
  type SessionStoreOptions,
  type StoreSecret,
} from "../session/session-store.ts";
import { assertArgument, checkNames } from "../validate.ts";

export { SessionStore, type SessionStoreOptions, type StoreSecret };

/** The methods that every key-value service has. */
interface KeyValueReader {
  get(key: string): Promise<string | null | undefined>;
  delete(key: string): Promise<unknown>;
}

/**
 * Service that keeps text by key for a time: either with a `set` whose third argument is milliseconds, like Keyv and
 * most others, or with `put` and `expirationTtl` in seconds, like Workers KV.
 */
export type KeyValueService = KeyValueReader &
  (
    | { set(key: string, value: string, ttlMs: number): Promise<unknown> }
    | { put(key: string, value: string, options: { expirationTtl: number }): Promise<unknown> }
  );

/** Options of a `KeyValueSessionStore`. */
export interface KeyValueSessionStoreOptions extends SessionStoreOptions {
  /** Prefix of the keys. @default "dexcom-share:" */
  readonly prefix?: string | undefined;
}

/** Workers KV refuses less. */
const MIN_TTL_S = 60;

/**
 * Session store in any service with `get`, `set` (or `put`) and `delete`.
 *
 * Such a service has no lock, so processes that start at the same moment may each log in. Workers KV is eventually
 * consistent: a write can take a minute to reach other locations.
 *
 * @example
 * ```ts
 * import { Dexcom } from "dexcom-share-ts";
 * import { KeyValueSessionStore, type KeyValueService } from "dexcom-share-ts/store";
 * declare const env: { SESSIONS: KeyValueService };
 * const cache = new KeyValueSessionStore(env.SESSIONS);
 * const dexcom = new Dexcom({ username: "someone@example.com", password: "secret", cache });
 * ```
 */
export class KeyValueSessionStore extends SessionStore {
  readonly #service: KeyValueService;
  readonly #prefix: string;

  /** @throws {ArgumentError} If an argument is invalid. */
  constructor(service: KeyValueService, { prefix = "dexcom-share:", ...options }: KeyValueSessionStoreOptions = {}) {
    super(options);
    checkNames("options", options, ["prefix", ...STORE_OPTION_NAMES]);
    const methods = Object(service) as Partial<Record<string, unknown>>;
    const hasMethods = [methods["get"], methods["delete"], methods["put"] ?? methods["set"]].every(
      (method) => typeof method === "function",
    );
    assertArgument(hasMethods, "service must have the methods get, delete and set or put");
    assertArgument(typeof prefix === "string", "prefix must be a string");
    this.#service = service;
    this.#prefix = prefix;
  }

  override get(key: string): Promise<string | null | undefined> {
    return this.#service.get(this.#prefix + key);
  }

  override set(key: string, value: string, ttlMs: number): Promise<unknown> {
    const service = this.#service;
    if (!("put" in service)) return service.set(this.#prefix + key, value, ttlMs);
    const expirationTtl = Math.max(MIN_TTL_S, Math.ceil(ttlMs / 1000));
    return service.put(this.#prefix + key, value, { expirationTtl });
  }

  override delete(key: string): Promise<unknown> {
    return this.#service.delete(this.#prefix + key);
  }
}
