/** The stores on what they are made for: a folder, and a real Redis through each of the two packages. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before } from "node:test";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { FileSessionStore } from "../../src/stores/file.ts";
import type { SessionStore } from "../../src/index.ts";
import { RedisSessionStore } from "../../src/stores/redis.ts";
import { noRedis, startRedis, type RedisServer } from "./redis-server.ts";

export interface PreparedStore {
  /** One more store on the same place, as the next process has it. */
  readonly next: () => SessionStore;
  /** Everything in the place, by name, as who steals it sees it. */
  readonly dump: () => Promise<Map<string, string>>;
}

export interface RealStore {
  readonly name: string;
  readonly skip: string | false;
  /** On an empty place. */
  readonly prepare: () => Promise<PreparedStore>;
}

/** To be called once by a test file: what it starts ends with that file's tests. */
export function realStores(): readonly RealStore[] {
  let folder: string;
  let redis: RedisServer | undefined;
  const closing: (() => void)[] = [];
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "dexcom-share-ts-stores-"));
    if (noRedis === false) redis = await startRedis();
  });
  after(async () => {
    for (const close of closing) close();
    await redis?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const dumpRedis = async (client: Redis): Promise<Map<string, string>> => {
    const keys = await client.keys("*");
    return new Map(await Promise.all(keys.map(async (key) => [key, (await client.get(key))!] as const)));
  };
  const connect = (): Redis => {
    const client = new Redis(redis!.url);
    closing.push(() => client.disconnect());
    return client;
  };
  return [
    {
      name: "files",
      skip: false,
      prepare: async () => {
        const directory = await mkdtemp(path.join(folder, "store-"));
        const read = async (name: string) => [name, await readFile(path.join(directory, name), "utf8")] as const;
        return {
          next: () => new FileSessionStore({ directory }),
          dump: async () => new Map(await Promise.all((await readdir(directory)).map(read))),
        };
      },
    },
    {
      name: "Redis through node-redis",
      skip: noRedis,
      prepare: async () => {
        const client = createClient({ url: redis!.url });
        closing.push(() => client.destroy());
        await client.connect();
        await client.flushAll();
        const reader = connect();
        return { next: () => new RedisSessionStore(client), dump: () => dumpRedis(reader) };
      },
    },
    {
      name: "Redis through ioredis",
      skip: noRedis,
      prepare: async () => {
        const client = connect();
        await client.flushall();
        return { next: () => new RedisSessionStore(client), dump: () => dumpRedis(client) };
      },
    },
  ];
}
