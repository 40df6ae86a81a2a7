import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { keep, MemoryArchive, resumeDate, type GlucosePoint } from "../../src/archive/index.ts";
import { Dexcom } from "../../src/index.ts";
import { ShareSimulator, VirtualClock } from "../../src/simulator/index.ts";
import { all, at, day, START } from "./points.ts";

const ACCOUNT = { username: "someone@example.com", password: "simulated" };
const DAY_MS = 86_400_000;

async function* from(points: readonly GlucosePoint[]): AsyncGenerator<GlucosePoint, void, undefined> {
  yield* points;
}

describe("keep()", () => {
  test("stores each reading before it hands it on, and passes it through as it is", async () => {
    const archive = new MemoryArchive();
    const points = day(5);
    let count = 0;
    for await (const point of keep(from(points), archive)) {
      assert.equal(point, points[count++]);
      assert.equal((await all(archive)).length, count);
    }
    assert.equal(count, 5);
  });

  test("begins with all that the service holds if the archive is empty", async () => {
    assert.equal((await resumeDate(new MemoryArchive())).getTime(), 0);
  });

  test("starts 24 hours before the latest reading, and yields readings that the archive did not have", async () => {
    const archive = new MemoryArchive();
    const points = day(288);
    await archive.add(points.toSpliced(100, 1));
    const asked: number[] = [];
    const source = (since: Date): AsyncIterable<GlucosePoint> => {
      asked.push(since.getTime());
      // The service shifts instants by seconds.
      return from(
        [...points, at(288 * 300)].map((point) => ({ ...point, datetime: new Date(+point.datetime + 9000) })),
      );
    };
    const seen: number[] = [];
    for await (const { datetime } of keep(source, archive)) seen.push((+datetime - 9000 - START) / 300_000);
    assert.deepEqual(asked, [+points.at(-1)!.datetime - DAY_MS]);
    assert.deepEqual(seen, [100, 288]);
    assert.equal((await all(archive)).length, 289);
  });

  test("what another process stores meanwhile is handed on all the same", async () => {
    const archive = new MemoryArchive();
    async function* source(): AsyncGenerator<GlucosePoint> {
      await archive.add([at(0)]);
      yield at(0);
    }
    let count = 0;
    for await (const point of keep(() => source(), archive)) count += point.mgDl > 0 ? 1 : 0;
    assert.equal(count, 1);
  });

  test("a reading that can't be stored is not handed on", async () => {
    const archive = new MemoryArchive();
    archive.add = async () => Promise.reject(new Error("full"));
    await assert.rejects(keep(from(day(1)), archive).next(), /full/);
  });

  test("leaving it leaves the source, also while a reading is awaited", async () => {
    const archive = new MemoryArchive();
    let left = 0;
    let give: (result: IteratorResult<GlucosePoint>) => void = () => undefined;
    const source: AsyncIterable<GlucosePoint> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise((resolve) => (give = resolve)),
        return: async () => {
          left++;
          give({ done: true, value: undefined });
          return { done: true, value: undefined };
        },
      }),
    };
    const readings = keep(source, archive);
    const pending = readings.next();
    await readings.return();
    assert.equal((await pending).done, true);
    assert.equal(left, 1);
    let seen = 0;
    for await (const { mgDl } of keep(from(day(3)), archive)) if (mgDl > 0 && ++seen === 2) break;
    assert.equal(seen, 2);
  });

  test("arguments that can't be right are refused", () => {
    assert.throws(() => keep([] as never, new MemoryArchive()), /^ArgumentError: source/);
    assert.throws(() => keep(from([]), {} as never), /^ArgumentError: archive/);
  });

  test("with a real watch: a day in three runs, no reading is lost or stored twice", async () => {
    const clock = new VirtualClock();
    const simulator = new ShareSimulator({ accounts: [ACCOUNT], clock, seed: 7 });
    const archive = new MemoryArchive({ clock });
    const seen: number[] = [];
    for (let run = 0; run < 3; run++) {
      const dexcom = new Dexcom({ ...ACCOUNT, fetch: simulator.fetch, clock });
      const end = clock.now() + 6 * 3_600_000;
      const stop = new AbortController();
      const follow = async (): Promise<void> => {
        for await (const { datetime } of keep((since) => dexcom.watch({ since, signal: stop.signal }), archive)) {
          seen.push(+datetime);
          if (clock.now() >= end) break;
        }
      };
      await clock.runUntil(follow());
      // Nobody looks for two hours.
      await clock.advance(2 * 3_600_000);
    }
    const kept = (await all(archive)).map(({ datetime }) => +datetime);
    assert.deepEqual(
      seen.toSorted((a, b) => a - b),
      kept,
    );
    assert.equal(new Set(seen).size, seen.length);
    const gaps = kept.slice(1).filter((time, i) => time - kept[i]! > 330_000).length;
    assert.ok(kept.length > 400 && gaps < 20, `${kept.length} readings with ${gaps} gaps`);
  });
});
