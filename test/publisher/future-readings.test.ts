import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ArgumentError } from "../../src/index.ts";
import { Publisher } from "../../src/publisher/index.ts";
import { ShareSimulator, VirtualClock } from "../../src/simulator/index.ts";
import { SERIAL } from "./examples.ts";
import { outcomes, readings, setUp, START, WEARER } from "./wearer.ts";

const MINUTE = 60_000;

describe("readings of the future", () => {
  /** A publisher on a machine whose clock is wrong by `ms`. */
  async function withWrongClock(
    ms: number,
  ): Promise<{ publisher: Publisher; clock: VirtualClock; simulator: ShareSimulator; now(): number }> {
    const { clock, simulator } = await setUp();
    const wrong = { now: () => clock.now() + ms, sleep: clock.sleep.bind(clock), hold: clock.hold.bind(clock) };
    const publisher = new Publisher({ ...WEARER, fetch: simulator.fetch, clock: wrong });
    return { publisher, clock, simulator, now: () => wrong.now() };
  }

  test("are refused before they are sent, by name", async () => {
    const { publisher, clock, asked } = await setUp();
    const future = publisher.postReadings(SERIAL, [...readings(2), { mgDl: 100, datetime: START + 2 * MINUTE }]);
    await assert.rejects(clock.runUntil(future), (error: Error) => {
      assert.ok(error instanceof ArgumentError);
      assert.equal(error.message, "readings[2].datetime is in the future, by the service's clock");
      return true;
    });
    assert.deepEqual(asked(), []);
  });

  test("are refused if a clock that is three hours ahead has stamped them", async () => {
    const { publisher, clock, now } = await withWrongClock(180 * MINUTE);
    const stamped = publisher.postReadings(SERIAL, [{ mgDl: 100, datetime: now() }]);
    await assert.rejects(clock.runUntil(stamped), /readings\[0\]\.datetime is in the future/);
    const right = publisher.postReadings(SERIAL, [{ mgDl: 100, datetime: clock.now() }]);
    assert.equal(outcomes(await clock.runUntil(right)), "a");
  });

  test("are accepted if only the machine's clock is three hours behind", async () => {
    const { publisher, clock } = await withWrongClock(-180 * MINUTE);
    assert.equal(outcomes(await clock.runUntil(publisher.postReadings(SERIAL, readings(1)))), "a");
  });

  test("are judged by the machine's clock if the service does not tell its time", async () => {
    const { publisher, clock, simulator } = await setUp();
    simulator.inject({ operation: "SystemUtcTime", status: 404 });
    assert.equal(outcomes(await clock.runUntil(publisher.postReadings(SERIAL, readings(1)))), "a");
    const future = publisher.postReadings(SERIAL, [{ mgDl: 100, datetime: START + 10 * MINUTE }]);
    await assert.rejects(clock.runUntil(future), ArgumentError);
  });

  test("the service's time is requested once an hour, and when the machine's clock was set back", async () => {
    const { clock, simulator } = await setUp();
    let setBackMs = 0;
    const own = { now: () => clock.now() - setBackMs, sleep: clock.sleep.bind(clock), hold: clock.hold.bind(clock) };
    const publisher = new Publisher({ ...WEARER, fetch: simulator.fetch, clock: own });
    const times = (): number => simulator.requests.filter(({ operation }) => operation === "SystemUtcTime").length;
    const post = (): Promise<unknown> =>
      clock.runUntil(publisher.postReadings(SERIAL, [{ mgDl: 100, datetime: clock.now() }]));
    await post();
    await clock.advance(59 * MINUTE);
    await post();
    assert.equal(times(), 1);
    await clock.advance(2 * MINUTE);
    await post();
    assert.equal(times(), 2);
    setBackMs = 300 * MINUTE;
    await clock.advance(MINUTE);
    await post();
    assert.equal(times(), 3);
  });
});
