/** What every archive promises. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Clock } from "../../src/clock.ts";
import type { GlucoseArchive } from "../../src/archive/index.ts";
import { runs } from "../support/fuzzing.ts";
import { all, at, day, seconds, SLOT_MS, START } from "./points.ts";

export type Open = (options?: { readonly clock?: Clock }) => GlucoseArchive | Promise<GlucoseArchive>;

const hourAfterStart: Clock = { now: () => START + 3_600_000, sleep: async () => undefined };

/** @param open Opens an empty archive. */
export function testArchiveContract(open: Open): void {
  test("keeps every field, and gives readings back oldest first", async () => {
    const archive = await open();
    const points = [
      at(600, 120, { timezone: "+0530", trend: 7 }),
      at(0, 39),
      at(300, 401, { timezone: "-0930", trend: 0 }),
    ];
    assert.equal(await archive.add(points), 3);
    assert.deepEqual(await all(archive), [points[1], points[2], points[0]]);
  });

  test("a reading less than 30 s from one that is kept is the same, and the first stands", async () => {
    const archive = await open();
    assert.equal(await archive.add([at(0, 100)]), 1);
    assert.equal(await archive.add([at(29.999, 110), at(-29.999, 120), at(0, 130)]), 0);
    assert.equal(await archive.add([at(30, 140), at(-30, 150)]), 2);
    assert.equal(await archive.add([at(60, 1000), at(61, 111)]), 1);
    assert.deepEqual(
      (await all(archive)).map(({ mgDl }) => mgDl),
      [150, 100, 140, 1000],
    );
  });

  test("a sensor that reports every minute loses nothing", async () => {
    const archive = await open();
    const minutes = Array.from({ length: 60 }, (_, i) => at(i * 60));
    assert.equal(await archive.add(minutes), 60);
  });

  test("a reading that comes late finds its place", async () => {
    const archive = await open();
    await archive.add([at(0), at(900)]);
    await archive.add([at(300)]);
    assert.deepEqual(await seconds(archive), [0, 300, 900]);
  });

  test("an import fills gaps and adds nothing else", async () => {
    const archive = await open();
    await archive.add([at(0), at(300), at(1200)]);
    const history = Array.from({ length: 5 }, (_, i) => at(i * 300 + 149, 200));
    assert.equal(await archive.add(history, { minDistanceMs: SLOT_MS / 2 }), 2);
    assert.deepEqual(await seconds(archive), [0, 300, 749, 1049, 1200]);
  });

  test("the same reading on both sides of midnight is one", async () => {
    const archive = await open();
    const midnight = 12 * 3600;
    await archive.add([at(midnight - 5)]);
    assert.equal(await archive.add([at(midnight + 5), at(midnight + 295)]), 1);
    assert.equal(await archive.add([at(midnight - 305), at(midnight - 20)]), 1);
  });

  test("reads from a date up to, but without, another, over thousands of readings", async () => {
    const archive = await open();
    assert.equal(await archive.add(day(2500)), 2500);
    const [from, to] = [new Date(START + 10 * SLOT_MS), new Date(START + 2400 * SLOT_MS)];
    const part = await all(archive, from, to);
    assert.deepEqual(part, day(2500).slice(10, 2400));
    assert.equal((await all(archive, new Date(+from + 1), from)).length, 0);
  });

  test("a reading that is added while a read waits is read if it is later, and no reading twice", async () => {
    const archive = await open();
    await archive.add([at(0), at(86_400 * 2)]);
    const reader = archive.read();
    assert.equal((await reader.next()).value?.datetime.getTime(), START);
    await archive.add([at(86_400 * 3), at(-300)]);
    const rest = [];
    for await (const { datetime } of reader) rest.push(datetime.getTime());
    assert.equal(rest[0], START + 86_400_000 * 2);
    assert.ok(!rest.includes(START - 300_000));
  });

  test("a reading that is ahead is kept, and is never the latest", async () => {
    const archive = await open({ clock: hourAfterStart });
    assert.equal(await archive.latest(), undefined);
    await archive.add([at(7200), at(86_400 * 30)]);
    assert.equal(await archive.latest(), undefined);
    await archive.add([at(300, 100, { isAhead: true }), at(0, 123)]);
    assert.equal((await archive.latest())?.mgDl, 123);
    assert.equal((await all(archive))[1]!.isAhead, true);
    await archive.add([at(3900, 124)]);
    assert.equal((await archive.latest())?.mgDl, 124);
  });

  test("removes the readings before a date, and returns their number", async () => {
    const archive = await open();
    await archive.add(day(600));
    assert.equal(await archive.remove({ before: new Date(START) }), 0);
    assert.equal(await archive.remove({ before: new Date(START + 500 * SLOT_MS) }), 500);
    assert.deepEqual(await all(archive), day(600).slice(500));
    assert.equal(await archive.remove({ before: new Date(START + 500 * SLOT_MS) }), 0);
    assert.equal(await archive.add(day(600)), 500);
  });

  test("refuses an invalid reading by place and field, and adds nothing of the batch", async () => {
    const archive = await open();
    const rows: [object | null, RegExp][] = [
      [null, /^points\[1\] must/],
      [{ mgDl: 12, datetime: new Date() }, /^points\[1\]\.mgDl/],
      [{ mgDl: 100.5, datetime: new Date() }, /^points\[1\]\.mgDl/],
      [{ mgDl: "100", datetime: new Date() }, /^points\[1\]\.mgDl/],
      [{ mgDl: 100, datetime: new Date(NaN) }, /^points\[1\]\.datetime/],
      [{ mgDl: 100, datetime: START }, /^points\[1\]\.datetime/],
      [{ mgDl: 100, datetime: new Date(), trend: 10 }, /^points\[1\]\.trend/],
      [{ mgDl: 100, datetime: new Date(), timezone: "EST" }, /^points\[1\]\.timezone/],
    ];
    for (const [point, message] of rows) {
      await assert.rejects(archive.add([at(0), point as never]), { name: "ArgumentError", message });
    }
    await assert.rejects(archive.add([at(0)], { minDistanceMs: 1000 }), /^ArgumentError: minDistanceMs/);
    await assert.rejects(archive.remove({} as never), /^ArgumentError: before/);
    await assert.rejects(all(archive, "2026" as never), /^ArgumentError: from/);
    assert.deepEqual(await all(archive), []);
    assert.equal(await archive.add([]), 0);
  });

  test("no reading is stored twice, and no distinct reading is lost, in any order and batches", async () => {
    const order = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(order, fc.integer({ min: 1, max: 20 }), async (slots, batch) => {
        const archive = await open();
        await archive.remove({ before: new Date(START + 86_400_000 * 365) });
        let added = 0;
        for (let i = 0; i < slots.length; i += batch) {
          added += await archive.add(slots.slice(i, i + batch).map((slot, n) => at(slot * 300 + (n % 14))));
        }
        const kept = await seconds(archive);
        assert.deepEqual(
          kept.map((second) => Math.floor(second / 300)),
          [...new Set(slots)].sort((a, b) => a - b),
        );
        assert.equal(added, kept.length);
      }),
      runs(15),
    );
  });
}
