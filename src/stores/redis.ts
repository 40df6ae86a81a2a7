import { SessionStore, STORE_OPTION_NAMES, type SessionStoreOptions } from "../session/session-store.ts";
import { evalScript, isRedisClient, type IoRedisClient, type NodeRedisClient } from "./redis-client.ts";
import { assertArgument, checkNames } from "../validate.ts";

export type { StoreSecret } from "../session/session-store.ts";
export type { IoRedisClient, NodeRedisClient };

/** Options of a `RedisSessionStore`. */
export interface RedisSessionStoreOptions extends SessionStoreOptions {
  /** Prefix of the keys. @default "dexcom-share:" */
  readonly prefix?: string | undefined;
}

// Scripts, because the two packages spell the options of SET differently. `""` stands for no value.
const SET = 'return redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])';
const REPLACE = `
if (redis.call("GET", KEYS[1]) or "") ~= ARGV[1] then return 0 end
if ARGV[2] == "" then redis.call("DEL", KEYS[1]) else redis.call("SET", KEYS[1], ARGV[2], "PX", ARGV[3]) end
return 1`;

/**
 * Session store in Redis, for any number of processes and machines: one of them logs in while the others wait, and a
 * refused password is posted by one. It uses your own client of the package `redis` or `ioredis`, and neither connects
 * nor closes it.
 *
 * @example
 * ```ts
 * import { Dexcom } from "dexcom-share-ts";
 * import { RedisSessionStore } from "dexcom-share-ts/redis";
 * import { createClient } from "redis";
 * const client = createClient({ url: "redis://localhost:6379" });
 * client.on("error", () => undefined); // it reconnects by itself; without a listener the process would end
 * await client.connect();
 * const dexcom = new Dexcom({ username: "someone@example.com", password: "secret", cache: new RedisSessionStore(client) });
 * ```
 */
export class RedisSessionStore extends SessionStore {
  readonly #client: NodeRedisClient | IoRedisClient;
  readonly #prefix: string;

  /** @throws {ArgumentError} If an argument is invalid. */
  constructor(
    client: NodeRedisClient | IoRedisClient,
    { prefix = "dexcom-share:", ...options }: RedisSessionStoreOptions = {},
  ) {
    super(options);
    checkNames("options", options, ["prefix", ...STORE_OPTION_NAMES]);
    assertArgument(isRedisClient(client), "client must be one of the packages redis or ioredis");
    assertArgument(typeof prefix === "string", "prefix must be a string");
    this.#client = client;
    this.#prefix = prefix;
  }

  override async get(key: string): Promise<string | null> {
    const value = await this.#client.get(this.#prefix + key);
    // A client may be configured to return bytes.
    return value === null || value === undefined ? null : (value as string | Uint8Array).toString();
  }

  override set(key: string, value: string, ttlMs: number): Promise<unknown> {
    return this.#run(SET, key, value, milliseconds(ttlMs));
  }

  override delete(key: string): Promise<unknown> {
    return this.#client.del(this.#prefix + key);
  }

  override async replace(key: string, from: string | null, to: string | null, ttlMs: number): Promise<boolean> {
    // A client may be configured to return numbers as text.
    return Number(await this.#run(REPLACE, key, from ?? "", to ?? "", milliseconds(ttlMs))) === 1;
  }

  /** Runs a script on one key, so that a cluster can place the keys anywhere. */
  #run(script: string, key: string, ...args: string[]): Promise<unknown> {
    return evalScript(this.#client, script, { key: this.#prefix + key, args });
  }
}

/** Redis takes integers. */
function milliseconds(ms: number): string {
  return String(Math.ceil(ms));
}
