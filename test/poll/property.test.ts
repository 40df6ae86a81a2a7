import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Dexcom, MemorySessionCache, type Clock } from "../../src/index.ts";
import { poll, type PollState } from "../../src/poll/index.ts";
import {
  check,
  life,
  QUIET_MS,
  readingsOf,
  runsOf,
  TROUBLED_MS,
  trouble,
  type Life,
  type Run,
} from "../watch/lives.ts";
import { HOUR_MS, makeWorld, MINUTE_MS, START_MS, USER, type World } from "../watch/world.ts";
import { pollLoop, stored } from "./steps.ts";

/** How a step differs from one that comes on time and ends well. */
const course = fc.record({
  kind: fc.constantFrom("usual", "usual", "usual", "early", "late", "dies", "twice"),
  byMs: fc.integer({ min: 1, max: 20 * MINUTE_MS }),
  /** The step runs on this machine. */
  machine: fc.constantFrom(0, 0, 0, 0, 1),
});

/** Clock of another machine. */
const otherErrorMs = fc.constantFrom(0, 300, 2 * MINUTE_MS, -2 * MINUTE_MS, 5 * HOUR_MS, -5 * HOUR_MS);

const journey = fc.record({ given: life, courses: fc.array(course, { minLength: 40, maxLength: 40 }), otherErrorMs });

type Journey = typeof journey extends fc.Arbitrary<infer T> ? T : never;

/** Clients of the account on two machines. */
function machinesOf({ dexcom, clock, simulator }: World, errorMs: number): readonly Dexcom[] {
  const own: Clock = {
    now: () => clock.now() + errorMs,
    sleep: (ms, signal) => clock.sleep(ms, signal),
    hold: (work) => clock.hold(work),
  };
  const cache = new MemorySessionCache(clock);
  const options = {
    ...USER,
    clock: own,
    fetch: simulator.fetch,
    retry: { retries: 1 },
    cache,
    onEvent: () => undefined,
  };
  return [dexcom, new Dexcom(options)];
}

/** Polls until the world is over. Each step takes one course of the journey; from then on each comes on time. */
async function travel(world: World, { courses, otherErrorMs: errorMs }: Journey): Promise<Run["delivered"]> {
  const { clock } = world;
  const machines = machinesOf(world, errorMs);
  const delivered: Run["delivered"] = [];
  let state: PollState | undefined;
  for (let index = 0; clock.now() < START_MS + TROUBLED_MS + QUIET_MS; index++) {
    const isTroubled = clock.now() < START_MS + TROUBLED_MS;
    const { kind, byMs, machine } = isTroubled
      ? courses[index % courses.length]!
      : { kind: "usual", byMs: 0, machine: 0 };
    const step = await poll(machines[machine]!, stored(state));
    // The process dies before the readings are handled, or before the state is stored: the next step has the old state.
    if (kind === "dies") {
      await clock.sleep(byMs);
      continue;
    }
    if (kind === "twice") await poll(machines[machine]!, stored(state));
    for (const { datetime, mgDl, late, isAhead } of step.readings) {
      delivered.push({ time: datetime.getTime(), mgDl, isLate: late === true, isAhead: isAhead === true });
    }
    state = step.state;
    const lateMs = kind === "late" ? byMs : kind === "early" ? -Math.min(byMs, step.nextPollInMs / 2) : 0;
    await clock.sleep(step.nextPollInMs + lateMs);
  }
  return delivered;
}

describe("steps in any world", () => {
  it("lose, double and disorder nothing, whenever they come, wherever they run, and whatever dies", async () => {
    await fc.assert(
      fc.asyncProperty(journey, async (given) => {
        const readings = readingsOf(given.given);
        const world = makeWorld(readings, { errorMs: given.given.errorMs, service: { seed: 1 } });
        trouble(world, given.given);
        const delivered = await world.clock.runUntil(travel(world, given));
        check(readings, [{ floor: delivered[0] ? delivered[0].time - 1 : Infinity, delivered }]);
      }),
      runsOf(30) as never,
    );
  });

  it("send the requests of watch() and return its readings, if each comes on time", async () => {
    await fc.assert(
      fc.asyncProperty(life, async (life_) => {
        const given: Life = { ...life_, clockChanges: [], pauses: [], restarts: [] };
        const makeOne = (): World => {
          const world = makeWorld(readingsOf(given), { errorMs: given.errorMs, service: { seed: 1 } });
          trouble(world, given);
          return world;
        };
        const [watched, polled] = [makeOne(), makeOne()];
        const following = watched.follow();
        const steps = pollLoop(polled.clock, () => polled.dexcom);
        await watched.clock.advance(TROUBLED_MS);
        await polled.clock.advance(TROUBLED_MS);
        const shown = ({ delivered }: Pick<typeof following, "delivered">): unknown =>
          delivered.map(({ slot, isLate, atMs, reading }) => ({ slot, isLate, atMs, isAhead: reading.isAhead }));
        assert.deepEqual(polled.reads(), watched.reads());
        assert.deepEqual(shown(steps), shown(following));
      }),
      runsOf(20),
    );
  });
});
