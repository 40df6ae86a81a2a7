import { systemClock, type Clock } from "../clock.ts";
import type { GlucosePoint } from "../glucose/glucose-point.ts";
import { evalScript, isRedisClient, type IoRedisClient, type NodeRedisClient } from "../stores/redis-client.ts";
import { assertArgument, checkMethods, checkNames, checkText } from "../validate.ts";
import type { AddOptions, GlucoseArchive, TimeRange } from "./archive.ts";
import { checkBefore, checkRange, lastLatest, minDistanceOf, pointOf, rowsOf, type Row } from "./row.ts";

export { ArchiveError } from "./archive-error.ts";
export type { AddOptions, GlucoseArchive, TimeRange } from "./archive.ts";
export type { ArchiveErrorCode } from "../errors.ts";
export type { GlucosePoint } from "../glucose/glucose-point.ts";
export type { IoRedisClient, NodeRedisClient } from "../stores/redis-client.ts";

/** Options of a `RedisArchive`. */
export interface RedisArchiveOptions {
  /** Key of the sorted set. Give each wearer their own. @default "dexcom-share:glucose" */
  readonly key?: string | undefined;
  /** Clock that tells which readings are in the future. @default real time */
  readonly clock?: Clock | undefined;
}

/** Rows that one script adds or reads: Redis serves nobody else meanwhile. */
const BATCH = 250;

// Instants are passed as text: Lua would write them as 1.7e+12.
const ADD = `
local added = 0
for i = 1, #ARGV, 4 do
  if #redis.call("ZRANGEBYSCORE", KEYS[1], ARGV[i], ARGV[i + 1], "LIMIT", 0, 1) == 0 then
    redis.call("ZADD", KEYS[1], ARGV[i + 2], ARGV[i + 3])
    added = added + 1
  end
end
return added`;
const READ = `return redis.call("ZRANGEBYSCORE", KEYS[1], ARGV[1], ARGV[2], "LIMIT", 0, ${BATCH})`;
const READ_BACK = `return redis.call("ZREVRANGEBYSCORE", KEYS[1], ARGV[1], "-inf", "LIMIT", 0, ${BATCH})`;
const REMOVE = 'return redis.call("ZREMRANGEBYSCORE", KEYS[1], "-inf", ARGV[1])';

/**
 * Archive in Redis, for processes on several machines: one sorted set, which they may all write at once.
 *
 * It uses your client, of the package `redis` or `ioredis`, and neither connects nor closes it. How much survives a
 * failure of Redis is decided by its own persistence settings.
 *
 * @example
 * ```ts
 * import { RedisArchive } from "dexcom-share-ts/archive/redis";
 * import { createClient } from "redis";
 * const client = createClient({ url: "redis://localhost:6379" });
 * client.on("error", () => undefined); // it reconnects by itself; without a listener the process would end
 * await client.connect();
 * const archive = new RedisArchive(client, { key: "glucose:alice" });
 * await archive.add(await dexcom.getGlucoseReadings());
 * ```
 */
export class RedisArchive implements GlucoseArchive {
  readonly #client: NodeRedisClient | IoRedisClient;
  readonly #key: string;
  readonly #clock: Clock;

  /** @throws {ArgumentError} If an option is invalid. */
  constructor(
    client: NodeRedisClient | IoRedisClient,
    { key = "dexcom-share:glucose", clock = systemClock, ...unknown }: RedisArchiveOptions = {},
  ) {
    checkNames("options", unknown, ["key", "clock"]);
    assertArgument(isRedisClient(client), "client must be one of the packages redis or ioredis");
    checkMethods("clock", clock, ["now"]);
    this.#client = client;
    this.#key = checkText("key", key);
    this.#clock = clock;
  }

  async add(points: Iterable<GlucosePoint>, options?: AddOptions): Promise<number> {
    const minDistanceMs = minDistanceOf(options);
    const rows = rowsOf(points);
    let added = 0;
    for (let i = 0; i < rows.length; i += BATCH) {
      const args = rows.slice(i, i + BATCH).flatMap((row) => {
        const around = [`(${row.time - minDistanceMs}`, `(${row.time + minDistanceMs}`];
        return [...around, String(row.time), memberOf(row)];
      });
      added += Number(await this.#run(ADD, args));
    }
    return added;
  }

  async *read(range?: TimeRange): AsyncGenerator<GlucosePoint, void, undefined> {
    const { from, to } = checkRange(range);
    let start = String(from);
    for (;;) {
      const rows = await this.#read(READ, [start, `(${to}`]);
      for (const row of rows) yield pointOf(row);
      if (rows.length < BATCH) return;
      start = `(${rows.at(-1)!.time}`;
    }
  }

  async latest(): Promise<GlucosePoint | undefined> {
    let until = String(lastLatest(this.#clock.now()));
    for (;;) {
      const rows = await this.#read(READ_BACK, [until]);
      const row = rows.find(({ isAhead }) => isAhead === 0);
      if (row) return pointOf(row);
      if (rows.length < BATCH) return undefined;
      until = `(${rows.at(-1)!.time}`;
    }
  }

  async remove(range: { readonly before: Date }): Promise<number> {
    return Number(await this.#run(REMOVE, [`(${checkBefore(range)}`]));
  }

  async close(): Promise<void> {
    // The client is the caller's.
  }

  async #read(script: string, args: readonly string[]): Promise<Row[]> {
    // A client may be set to return bytes.
    return ((await this.#run(script, args)) as (string | Uint8Array)[]).map((member) => rowOf(member.toString()));
  }

  #run(script: string, args: readonly string[]): Promise<unknown> {
    return evalScript(this.#client, script, { key: this.#key, args });
  }
}

function memberOf({ time, mgDl, trend, offset, isAhead }: Row): string {
  return [time, mgDl, trend ?? "", offset ?? "", isAhead].join(":");
}

function rowOf(member: string): Row {
  const [time, mgDl, trend, offset, isAhead] = member.split(":").map((cell) => (cell === "" ? null : Number(cell)));
  return { time: time!, mgDl: mgDl!, trend: trend ?? null, offset: offset ?? null, isAhead: isAhead === 1 ? 1 : 0 };
}
