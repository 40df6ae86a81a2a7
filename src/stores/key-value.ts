import { ArgumentError } from "../errors.ts";
import { SessionStore, type SessionStoreOptions } from "../session/session-store.ts";

export { SessionStore, type SessionStoreOptions };

/** What a key-value service has in any case. */
interface KeyValueReader {
  get(key: string): Promise<string | null | undefined>;
  delete(key: string): Promise<unknown>;
}

/**
 * A service that keeps text by key for a time: with `set`, whose third argument is milliseconds, as Keyv and most
 * others have it, or with `put` and `expirationTtl` in seconds, as Workers KV has it.
 */
export type KeyValueService = KeyValueReader &
  (
    | { set(key: string, value: string, ttlMs: number): Promise<unknown> }
    | { put(key: string, value: string, options: { expirationTtl: number }): Promise<unknown> }
  );

export interface KeyValueSessionStoreOptions extends SessionStoreOptions {
  /** What the keys begin with. @default "dexcom-share:" */
  readonly prefix?: string | undefined;
}

/** Workers KV refuses less. */
const LEAST_TTL_S = 60;

/**
 * Keeps sessions in any service with `get`, `set` (or `put`) and `delete`. Such a service has no lock, so processes that
 * start at the same moment may each log in; and Workers KV takes up to a minute to show one place what another wrote.
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

  /** @throws {ArgumentError} for a bad option, by name. */
  constructor(service: KeyValueService, { prefix = "dexcom-share:", ttlMs }: KeyValueSessionStoreOptions = {}) {
    super({ ttlMs });
    const methods = Object(service) as Partial<Record<string, unknown>>;
    const hasMethods = [methods["get"], methods["delete"], methods["put"] ?? methods["set"]].every(
      (method) => typeof method === "function",
    );
    if (!hasMethods) throw new ArgumentError("service must have the methods get, delete and set or put");
    if (typeof prefix !== "string") throw new ArgumentError("prefix must be a string");
    this.#service = service;
    this.#prefix = prefix;
  }

  override get(key: string): Promise<string | null | undefined> {
    return this.#service.get(this.#prefix + key);
  }

  override set(key: string, value: string, ttlMs: number): Promise<unknown> {
    const service = this.#service;
    if (!("put" in service)) return service.set(this.#prefix + key, value, ttlMs);
    const expirationTtl = Math.max(LEAST_TTL_S, Math.ceil(ttlMs / 1000));
    return service.put(this.#prefix + key, value, { expirationTtl });
  }

  override delete(key: string): Promise<unknown> {
    return this.#service.delete(this.#prefix + key);
  }
}
