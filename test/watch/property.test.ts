import { describe, it } from "node:test";
import fc from "fast-check";
import type { GlucoseReading } from "../../src/index.ts";
import { check, life, QUIET_MS, readingsOf, runsOf, TROUBLED_MS, trouble, type Life, type Run } from "./lives.ts";
import { makeWorld, START_MS, type World } from "./world.ts";

/** Watches through restarts, each of which goes on after the newest reading that was seen. */
async function live(world: World, { restarts, pauses }: Life): Promise<Run[]> {
  const { clock, dexcom } = world;
  const runs: Run[] = [];
  let newest: GlucoseReading | undefined;
  const isPaused = (): number =>
    Math.max(
      0,
      ...pauses.map(({ atMs, lengthMs }) => {
        const sinceStart = clock.now() - START_MS;
        return sinceStart >= atMs && sinceStart < atMs + lengthMs ? atMs + lengthMs - sinceStart : 0;
      }),
    );
  const ends = [...restarts.toSorted((a, b) => a - b), TROUBLED_MS + QUIET_MS];
  for (const endMs of ends) {
    const stop = new AbortController();
    const floor = newest?.datetime.getTime();
    const delivered: Run["delivered"] = [];
    const loop = async (): Promise<void> => {
      for await (const reading of dexcom.watch({ since: newest, signal: stop.signal })) {
        delivered.push({
          time: reading.datetime.getTime(),
          mgDl: reading.mgDl,
          isLate: reading.late === true,
          isAhead: reading.isAhead === true,
        });
        if (!reading.late && !reading.isAhead) newest = reading;
        const pauseMs = isPaused();
        if (pauseMs > 0) await clock.sleep(pauseMs, stop.signal).catch(() => undefined);
      }
    };
    const done = loop();
    await clock.advance(Math.max(0, START_MS + endMs - clock.now()));
    stop.abort();
    await done;
    runs.push({ floor: floor ?? (delivered[0] ? delivered[0].time - 1 : Infinity), delivered });
  }
  return runs;
}

describe("a watch in any world", () => {
  it("loses, doubles and disorders nothing", async () => {
    await fc.assert(
      fc.asyncProperty(life, async (given) => {
        const readings = readingsOf(given);
        const world = makeWorld(readings, { errorMs: given.errorMs, service: { seed: 1 } });
        trouble(world, given);
        check(readings, await live(world, given));
      }),
      runsOf(30),
    );
  });
});
