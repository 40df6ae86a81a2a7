import { ArgumentError } from "../errors.ts";
import { SessionStore, type SessionStoreOptions } from "../session/session-store.ts";

/** What both packages have alike. */
interface RedisClient {
  get(key: string): Promise<unknown>;
  del(key: string): Promise<unknown>;
}

/** A connected client of the package `redis` (node-redis), as far as it is used here. */
export interface NodeRedisClient extends RedisClient {
  readonly isOpen: boolean;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** A client of the package `ioredis`, as far as it is used here. */
export interface IoRedisClient extends RedisClient {
  readonly status: string;
  eval(script: string, numkeys: number, ...keysAndArguments: string[]): Promise<unknown>;
}

export interface RedisSessionStoreOptions extends SessionStoreOptions {
  /** What the keys begin with. @default "dexcom-share:" */
  readonly prefix?: string | undefined;
}

/** As scripts, because the two packages spell the options of SET differently. `""` stands for no value. */
const SET = 'return redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])';
const REPLACE = `
if (redis.call("GET", KEYS[1]) or "") ~= ARGV[1] then return 0 end
if ARGV[2] == "" then redis.call("DEL", KEYS[1]) else redis.call("SET", KEYS[1], ARGV[2], "PX", ARGV[3]) end
return 1`;

/**
 * Keeps sessions in Redis, for as many processes and machines as share it: one of them logs in while the others wait,
 * and a refused password is posted by one. It uses a client of yours, of the package `redis` or `ioredis`, and neither
 * connects nor closes it.
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

  /** @throws {ArgumentError} for a bad option, by name. */
  constructor(
    client: NodeRedisClient | IoRedisClient,
    { prefix = "dexcom-share:", ttlMs }: RedisSessionStoreOptions = {},
  ) {
    super({ ttlMs });
    if (!isClient(client)) throw new ArgumentError("client must be one of the packages redis or ioredis");
    if (typeof prefix !== "string") throw new ArgumentError("prefix must be a string");
    this.#client = client;
    this.#prefix = prefix;
  }

  override async get(key: string): Promise<string | null> {
    const value = await this.#client.get(this.#prefix + key);
    // A client may be set to answer bytes.
    return value === null || value === undefined ? null : (value as string | Uint8Array).toString();
  }

  override set(key: string, value: string, ttlMs: number): Promise<unknown> {
    return this.#run(SET, key, value, milliseconds(ttlMs));
  }

  override delete(key: string): Promise<unknown> {
    return this.#client.del(this.#prefix + key);
  }

  override async replace(key: string, from: string | null, to: string | null, ttlMs: number): Promise<boolean> {
    // A client may be set to answer numbers as text.
    return Number(await this.#run(REPLACE, key, from ?? "", to ?? "", milliseconds(ttlMs))) === 1;
  }

  /** On one key, so that a cluster can place the keys as it likes. */
  #run(script: string, key: string, ...args: string[]): Promise<unknown> {
    const client = this.#client;
    return "isOpen" in client
      ? client.eval(script, { keys: [this.#prefix + key], arguments: args })
      : client.eval(script, 1, this.#prefix + key, ...args);
  }
}

/** The clients of other packages have an `eval` too, that takes its arguments in other ways. */
function isClient(client: unknown): boolean {
  const { get, del, eval: run, isOpen, status } = Object(client) as Partial<Record<string, unknown>>;
  const hasMethods = [get, del, run].every((method) => typeof method === "function");
  return hasMethods && (typeof isOpen === "boolean" || typeof status === "string");
}

/** Redis takes whole ones. */
function milliseconds(ms: number): string {
  return String(Math.ceil(ms));
}
