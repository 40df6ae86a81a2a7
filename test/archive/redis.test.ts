import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { RedisArchive } from "../../src/archive/redis.ts";
import { noRedis, startRedis, type RedisServer } from "../stores/redis-server.ts";
import { buildArchiveProgram } from "./archive-process.ts";
import { testArchiveContract } from "./contract.ts";
import { checkRedisKills } from "./kills.ts";
import { all, at, day } from "./points.ts";

let server: RedisServer;
let nodeRedis: ReturnType<typeof connect>;
let ioRedis: Redis;

function connect(url: string) {
  return createClient({ url });
}

before(async () => {
  if (noRedis !== false) return;
  server = await startRedis();
  nodeRedis = connect(server.url);
  await nodeRedis.connect();
  ioRedis = new Redis(server.url);
});
after(async () => {
  if (noRedis !== false) return;
  nodeRedis.destroy();
  ioRedis.disconnect();
  await server.stop();
});

let keys = 0;
for (const [name, client] of Object.entries({ redis: () => nodeRedis, ioredis: () => ioRedis })) {
  describe(`an archive on a client of the package ${name}`, { skip: noRedis }, () => {
    testArchiveContract((options) => new RedisArchive(client(), { key: `archive:${++keys}`, ...options }));
  });
}

/** Fewer than with SQLite: the server lives on, so that a kill can only cut a command off. */
const KILLS = 40;

describe("an archive in Redis", { skip: noRedis }, () => {
  test("two clients that write the same readings at once store each reading once", async () => {
    const key = `archive:${++keys}`;
    const archives = [new RedisArchive(nodeRedis, { key }), new RedisArchive(ioRedis, { key })];
    const points = day(600);
    const later = points.map((point) => ({ ...point, datetime: new Date(+point.datetime + 7000) }));
    const added = await Promise.all([archives[0]!.add(points), archives[1]!.add(later)]);
    assert.equal(added[0] + added[1], 600);
    assert.equal((await all(archives[0]!)).length, 600);
  });

  test(`${KILLS} SIGKILLs of two writers lose nothing that was acknowledged and double nothing`, async () => {
    const program = await buildArchiveProgram("redis");
    try {
      const { acknowledged, kept } = await checkRedisKills(program, server.url, KILLS / 2);
      assert.ok(acknowledged > KILLS / 2 && kept >= acknowledged);
    } finally {
      await program.remove();
    }
  });

  test("a client that returns bytes is understood", async () => {
    const { RESP_TYPES } = await import("redis");
    const bytes = nodeRedis.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
    const archive = new RedisArchive(bytes, { key: `archive:${++keys}` });
    await archive.add([at(0, 123)]);
    assert.equal((await archive.latest())?.mgDl, 123);
    await archive.close();
    assert.equal(nodeRedis.isOpen, true);
  });

  test("rejects if Redis refuses", async () => {
    await ioRedis.set("archive:text", "no set");
    await assert.rejects(new RedisArchive(nodeRedis, { key: "archive:text" }).add([at(0)]), /WRONGTYPE/);
  });
});

test("an object that is not a client and an empty key are refused", () => {
  assert.throws(() => new RedisArchive({} as never), /^ArgumentError: client/);
  const client = { get() {}, del() {}, eval() {}, status: "ready" };
  assert.throws(() => new RedisArchive(client as never, { key: "" }), /^ArgumentError: key/);
});
