import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { poll } from "../../src/poll/index.ts";
import type { ReadingInput } from "../../src/simulator/index.ts";
import {
  DAY_MS,
  HOUR_MS,
  makeWorld,
  range,
  READ,
  readings,
  SECOND_MS,
  SLOT_MS,
  START_MS,
  type World,
} from "../watch/world.ts";
import { pollLoop } from "./steps.ts";

/** Delays of a phone that is not always in reach. */
const unsteady = (slot: number): number => (15 + ((slot * 7) % 11)) * SECOND_MS + (slot % 9 === 4 ? 20 * 60_000 : 0);

/** What a world shows of a client: its requests, and what it delivered when. */
function shown(world: World, delivered: ReturnType<typeof pollLoop>["delivered"]): unknown {
  return {
    reads: world.reads(),
    delivered: delivered.map(({ reading, ...each }) => ({ ...each, mgDl: reading.mgDl, isAhead: reading.isAhead })),
  };
}

describe("a loop of steps", () => {
  const ahead = (given: ReadingInput[]): ReadingInput[] =>
    given.map((each, index) => (index % 20 === 7 ? { ...each, datetime: Number(each.datetime) + HOUR_MS } : each));
  const worlds: [what: string, make: () => World][] = [
    ["steady readings", () => makeWorld(readings(-1, 300))],
    ["readings that come late and out of order", () => makeWorld(readings(-1, 300, unsteady))],
    ["readings of the future", () => makeWorld(ahead(readings(-1, 300, unsteady)))],
    [
      "an outage of two hours",
      () => {
        const world = makeWorld(readings(-1, 300));
        const when = ({ timeMs }: { timeMs: number }): boolean => Math.abs(timeMs - START_MS - 5 * HOUR_MS) < HOUR_MS;
        world.simulator.inject({ operation: READ, status: 503, when });
        return world;
      },
    ],
    [
      "a rate limit with Retry-After",
      () => {
        const world = makeWorld(readings(-1, 300));
        world.simulator.inject({
          operation: READ,
          status: 429,
          headers: { "retry-after": "1800" },
          after: 9,
          times: 2,
        });
        return world;
      },
    ],
    [
      "a wall clock that is three hours behind",
      () => makeWorld(readings(-1, 300, unsteady), { errorMs: -3 * HOUR_MS }),
    ],
    ["a wall clock that is a year ahead", () => makeWorld(readings(-1, 300, unsteady), { errorMs: 365 * DAY_MS })],
    ["a sensor that measures every minute", () => makeWorld(everyMinute())],
  ];
  for (const [what, make] of worlds) {
    it(`sends the requests of watch() and delivers the same readings, with ${what}`, async () => {
      const [watched, polled] = [make(), make()];
      const following = watched.follow();
      const steps = pollLoop(polled.clock, () => polled.dexcom);
      await watched.clock.advance(DAY_MS);
      await polled.clock.advance(DAY_MS);
      assert.equal(steps.failure(), undefined);
      assert.ok(steps.delivered.length > 250);
      assert.deepEqual(shown(polled, steps.delivered), shown(watched, following.delivered));
    });
  }
});

function everyMinute(): ReadingInput[] {
  return range(-5, 1500).map((minute) => {
    const time = START_MS + minute * 60_000;
    return { mgDl: 100 + (Math.abs(minute) % 50), datetime: time, availableAt: time + 12_000 };
  });
}

describe("a step", () => {
  it("returns the latest reading first, and then nothing until there is a new one", async () => {
    const { clock, dexcom } = makeWorld(readings(-5, 10));
    const first = await clock.runUntil(poll(dexcom));
    assert.deepEqual(
      first.readings.map(({ datetime }) => datetime.getTime()),
      [START_MS - SLOT_MS],
    );
    await clock.advance(first.nextPollInMs);
    const second = await clock.runUntil(poll(dexcom, first.state));
    assert.deepEqual(
      second.readings.map(({ datetime }) => datetime.getTime()),
      [START_MS],
    );
  });

  it("sends nothing if it comes early, and returns the state and the rest of the wait", async () => {
    const { clock, dexcom, simulator } = makeWorld(readings(-5, 10));
    const first = await clock.runUntil(poll(dexcom));
    const sent = simulator.requests.length;
    await clock.advance(first.nextPollInMs - 1000);
    const early = await clock.runUntil(poll(dexcom, first.state));
    assert.deepEqual(early, { readings: [], state: first.state, nextPollInMs: 1000, nextPollAt: first.nextPollAt });
    assert.equal(simulator.requests.length, sent);
  });
});
