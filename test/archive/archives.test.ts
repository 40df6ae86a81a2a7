import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { KeyValueArchive, MemoryArchive, type ArchiveKeyValueService } from "../../src/archive/index.ts";
import { testArchiveContract } from "./contract.ts";
import { all, at, day } from "./points.ts";

class MapService {
  readonly kept: Map<string, string> = new Map();
  readonly writes: string[] = [];
  async get(key: string): Promise<string | undefined> {
    return this.kept.get(key);
  }
  async set(key: string, value: string): Promise<void> {
    this.writes.push(key);
    this.kept.set(key, value);
  }
  async delete(key: string): Promise<void> {
    this.kept.delete(key);
  }
}

describe("an archive in memory", () => testArchiveContract((options) => new MemoryArchive(options)));

describe("an archive in a key-value service", () => {
  testArchiveContract((options) => new KeyValueArchive(new MapService(), options));

  test("writes a value for each UTC day and a list of days, the list first", async () => {
    const service = new MapService();
    await new KeyValueArchive(service, { prefix: "mine/" }).add(day(288));
    assert.deepEqual(service.writes, ["mine/days", "mine/2026-01-05", "mine/2026-01-06"]);
    assert.equal(service.kept.get("mine/days"), '["2026-01-05","2026-01-06"]');
    assert.equal(JSON.parse(service.kept.get("mine/2026-01-05")!).length, 144);
  });

  test("writes nothing for readings that it has", async () => {
    const service = new MapService();
    const archive = new KeyValueArchive(service);
    await archive.add(day(10));
    service.writes.length = 0;
    assert.equal(await archive.add(day(10)), 0);
    assert.deepEqual(service.writes, []);
  });

  test("changes at the same time come one after another", async () => {
    const archive = new KeyValueArchive(new MapService());
    await Promise.all(day(50).map((point) => archive.add([point])));
    assert.equal((await all(archive)).length, 50);
  });

  test("a write that fails loses nothing that was kept, and the next one works", async () => {
    const service = new MapService();
    const archive = new KeyValueArchive(service);
    await archive.add([at(0)]);
    const set = service.set.bind(service);
    service.set = async () => Promise.reject(new Error("quota"));
    await assert.rejects(archive.add([at(300)]), /quota/);
    service.set = set;
    assert.equal(await archive.add([at(300)]), 1);
    assert.equal((await all(archive)).length, 2);
  });

  test("Workers KV's put is used", async () => {
    const kept = new Map<string, string>();
    const archive = new KeyValueArchive({
      get: async (key) => kept.get(key) ?? null,
      put: async (key, value) => void kept.set(key, value),
      delete: async (key) => void kept.delete(key),
    });
    await archive.add([at(0)]);
    assert.deepEqual([...kept.keys()], ["glucose:days", "glucose:2026-01-05"]);
    await archive.close();
  });

  test("a value that is not of an archive is an error that names its key, and stays", async () => {
    const service = new MapService();
    const time = at(0).datetime.getTime();
    for (const [name, value] of [
      ["2026-01-05", "{"],
      ["2026-01-05", "5"],
      ["2026-01-05", "[5]"],
      ["2026-01-05", "[[null,100,null,null,0]]"],
      ["2026-01-05", `[[${time},"100",null,null,0]]`],
      // A later version may keep more of a reading, which a change by this one would lose.
      ["2026-01-05", `[[${time},100,null,null,0,"more"]]`],
      ["days", "[5]"],
      ["days", '["yesterday"]'],
    ] as const) {
      service.kept.clear();
      service.kept.set("glucose:days", '["2026-01-05"]').set(`glucose:${name}`, value);
      const error = { name: "ArchiveError", code: "ARCHIVE_DAMAGED", message: new RegExp(`glucose:${name}`) };
      const archive = new KeyValueArchive(service);
      await assert.rejects(archive.add([at(600)]), error, value);
      await assert.rejects(archive.latest(), error, value);
      await assert.rejects(all(archive), error, value);
      assert.equal(service.kept.get(`glucose:${name}`), value);
    }
  });

  test("options that can't be right are argument errors", () => {
    const service = new MapService();
    assert.throws(() => new KeyValueArchive({} as never), /^ArgumentError: service/);
    const reader = { get: service.get, delete: service.delete } as unknown as ArchiveKeyValueService;
    assert.throws(() => new KeyValueArchive(reader), /^ArgumentError: service must have the method put or set/);
    assert.throws(() => new KeyValueArchive(service, { prefix: 1 as never }), /^ArgumentError: prefix/);
    assert.throws(() => new MemoryArchive({ clock: {} as never }), /^ArgumentError: clock/);
  });
});
