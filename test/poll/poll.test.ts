import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Dexcom } from "../../src/index.ts";
import { poll } from "../../src/poll/index.ts";
import type { ReadingInput } from "../../src/simulator/index.ts";
import {
  DAY_MS,
  HOUR_MS,
  makeWorld,
  MINUTE_MS,
  range,
  READ,
  readings,
  SECOND_MS,
  SLOT_MS,
  START_MS,
  USER,
  type World,
} from "../watch/world.ts";
import { pollLoop, stored } from "./steps.ts";

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

describe("a step that fails", () => {
  it("returns the error and a later time, and the next one makes up for it", async () => {
    const { clock, dexcom, simulator } = makeWorld(readings(-5, 40));
    const first = await clock.runUntil(poll(dexcom));
    simulator.inject({ operation: READ, status: 503, times: 1 });
    await clock.advance(HOUR_MS);
    const failed = await clock.runUntil(poll(dexcom, first.state));
    assert.equal(failed.error?.code, "UNEXPECTED_RESPONSE");
    assert.deepEqual([failed.readings, failed.nextPollInMs], [[], 5000]);
    await clock.advance(5000);
    const { error, readings: missed } = await clock.runUntil(poll(dexcom, failed.state));
    assert.deepEqual([error, missed.length], [undefined, 12]);
  });

  it("keeps the pause of a rate limit in the state, for a client that knows nothing of it", async () => {
    const { clock, dexcom, simulator } = makeWorld(readings(-5, 40));
    simulator.inject({ operation: READ, status: 429, headers: { "retry-after": "1200" }, times: 1 });
    const first = await clock.runUntil(poll(dexcom));
    assert.deepEqual([first.error?.code, first.nextPollInMs], ["RATE_LIMITED", 1_200_000]);
    await clock.advance(1_199_000);
    const another = new Dexcom({ ...USER, fetch: (url, init) => simulator.fetch(url, init), clock });
    const sent = simulator.requests.length;
    assert.equal((await poll(another, first.state)).nextPollInMs, 1000);
    assert.equal(simulator.requests.length, sent);
  });

  it("rejects with the reason of its signal, and an aborted one sends nothing", async () => {
    const { clock, dexcom, simulator } = makeWorld(readings(-5, 40));
    const reason = new Error("enough");
    await assert.rejects(poll(dexcom, undefined, { signal: AbortSignal.abort(reason) }), reason);
    assert.equal(simulator.requests.length, 0);
    simulator.inject({ operation: READ, delayMs: Infinity });
    const controller = new AbortController();
    const step = poll(dexcom, undefined, { signal: controller.signal });
    await clock.advance(1000);
    controller.abort(reason);
    await assert.rejects(step, reason);
  });

  it("rejects if the client is none", async () => {
    await assert.rejects(poll({} as never), { name: "ArgumentError", message: /^dexcom must be a Dexcom/ });
  });
});

describe("steps whose credentials are refused", () => {
  /** A client as a new process has it: without a store, it knows of no refusal. */
  const newProcess = ({ simulator, own }: World, password = USER.password): Dexcom =>
    new Dexcom({ ...USER, password, fetch: (url, init) => simulator.fetch(url, init), clock: own });

  it("reject at once if they have never worked", async () => {
    const world = makeWorld(readings(-5, 40));
    const step = world.clock.runUntil(poll(newProcess(world, "wrong")));
    await assert.rejects(step, { name: "AccountError", code: "CREDENTIALS_REFUSED" });
  });

  it("probe after 10, 20, 40, 60, 60 … minutes if they have worked, and reject after a day", async () => {
    const world = makeWorld(readings(-5, 600));
    const steps = pollLoop(world.clock, () => newProcess(world));
    await world.clock.advance(HOUR_MS);
    world.simulator.changePassword(USER.username, "another");
    world.simulator.expireSessions();
    await world.clock.advance(23 * HOUR_MS);
    assert.equal(steps.failure(), undefined);
    const refused = steps.steps.filter(({ error }) => error);
    assert.ok(refused.every(({ error }) => error?.code === "CREDENTIALS_REFUSED"));
    const minutes = refused.map(({ nextPollInMs }) => nextPollInMs / MINUTE_MS);
    assert.deepEqual(minutes.slice(0, 5), [10, 20, 40, 60, 60]);
    await world.clock.advance(3 * HOUR_MS);
    assert.equal((steps.failure() as { code?: string }).code, "CREDENTIALS_REFUSED");
    assert.ok(steps.steps.length < 60, "nothing was sent meanwhile");
  });

  it("go on when the spell is over, and after a rejection with a new password", async () => {
    const world = makeWorld(readings(-5, 600));
    const steps = pollLoop(world.clock, () => newProcess(world));
    await world.clock.advance(HOUR_MS);
    world.simulator.inject({ operation: "LoginPublisherAccountById", code: "AccountPasswordInvalid", times: 1 });
    await world.clock.advance(HOUR_MS);
    assert.equal(steps.steps.filter(({ error }) => error).length, 1);
    assert.deepEqual(steps.slots(), range(-1, 23));
    world.simulator.changePassword(USER.username, "another");
    await world.clock.advance(DAY_MS + 2 * HOUR_MS);
    assert.ok(steps.failure());
    const { readings: missed } = await world.clock.runUntil(poll(newProcess(world, "another"), stored(steps.state())));
    assert.ok(missed.length > 280, `${missed.length} readings`);
  });

  it("post an undecided login after 1, 2, 4, 8, 10 … minutes, each step in a new process", async () => {
    const world = makeWorld(readings(-5, 600));
    world.simulator.inject({ operation: "LoginPublisherAccountById", drop: "before-headers" });
    const steps = pollLoop(world.clock, () => newProcess(world));
    await world.clock.advance(HOUR_MS);
    // A clock that tells fractions can make a step a little early.
    const failed = steps.steps.filter(({ error }) => error);
    const minutes = failed.map(({ nextPollInMs }) => nextPollInMs / MINUTE_MS);
    assert.deepEqual(minutes.slice(0, 6), [1, 2, 4, 8, 10, 10]);
  });
});
