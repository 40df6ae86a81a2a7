import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dexcom } from "../../src/index.ts";
import { ScaledClock, ShareSimulator, SIMULATED_ACCOUNT, VirtualClock } from "../../src/simulator/index.ts";
import { START } from "./raw-client.ts";

const MINUTE = 60_000;

/** Real time, but virtual, and the clock that runs sixty times as fast. */
function makeClocks(speed = 60): { real: VirtualClock; clock: ScaledClock } {
  const real = new VirtualClock(START);
  return { real, clock: new ScaledClock({ speed, clock: real }) };
}

describe("the scaled clock", () => {
  test("starts at the present and runs as fast as its factor says", async () => {
    const { real, clock } = makeClocks();
    assert.deepEqual([clock.now(), clock.elapsed(), clock.speed], [START, 0, 60]);
    await real.advance(1500);
    assert.deepEqual([clock.now(), clock.elapsed()], [START + 90_000, 90_000]);
    const { real: slowReal, clock: slow } = makeClocks(0.5);
    await slowReal.advance(1001);
    assert.deepEqual([slow.now(), slow.elapsed()], [START + 501, 500.5]);
  });

  test("does not follow when somebody sets the real clock", async () => {
    const { real, clock } = makeClocks();
    real.jump(-86_400_000);
    await real.advance(1000);
    assert.equal(clock.now(), START + MINUTE);
  });

  test("sleeps the given time of its own", async () => {
    const { real, clock } = makeClocks(7);
    const woken: number[] = [];
    void clock.sleep(5 * MINUTE).then(() => woken.push(clock.elapsed()));
    void clock.sleep(-1).then(() => woken.push(clock.elapsed()));
    await real.advance((5 * MINUTE) / 7 - 1);
    assert.deepEqual(woken, [0]);
    await real.advance(1);
    assert.equal(woken.length, 2);
    assert.ok(Math.abs(woken[1]! - 5 * MINUTE) < 1);
  });

  test("an aborted sleep rejects with the reason and leaves nothing behind, held or not", async () => {
    const { real, clock } = makeClocks();
    const reason = { why: "enough" };
    const free = new AbortController();
    const sleep = clock.sleep(MINUTE, free.signal);
    free.abort(reason);
    await assert.rejects(sleep, (thrown) => thrown === reason);
    assert.equal(real.sleeping, 0);

    const held = new AbortController();
    const paused = clock.sleep(MINUTE, held.signal);
    void clock.hold(new Promise(() => undefined));
    await real.advance(1000 - 1);
    held.abort(reason);
    await assert.rejects(paused, (thrown) => thrown === reason);
  });

  test("stands still while something is held, and wakes nobody too early", async () => {
    const { real, clock } = makeClocks();
    const woken: number[] = [];
    void clock.sleep(MINUTE).then(() => woken.push(clock.elapsed()));
    await real.advance(500);
    let finish: () => void = () => undefined;
    const first = clock.hold(new Promise<void>((resolve) => (finish = resolve)));
    void clock.hold(Promise.resolve());
    await real.advance(800);
    assert.deepEqual([clock.elapsed(), clock.now(), woken], [MINUTE / 2, START + MINUTE / 2, []]);
    finish();
    await first;
    await real.advance(499);
    assert.deepEqual(woken, []);
    await real.advance(1);
    assert.deepEqual(woken, [MINUTE]);
    assert.equal(real.sleeping, 0, "nothing is left of the hold");
  });

  test("stands still for a second at most", async () => {
    const { real, clock } = makeClocks();
    void clock.hold(new Promise(() => undefined));
    await real.advance(1000);
    assert.equal(clock.elapsed(), 0);
    await real.advance(1000);
    assert.equal(clock.elapsed(), MINUTE);
  });

  for (const speed of [0, -1, NaN, Infinity, "60"]) {
    test(`a speed of ${String(speed)} is refused by name`, () => {
      const make = (): ScaledClock => new ScaledClock({ speed: speed as number });
      assert.throws(make, { name: "ArgumentError", message: /^speed must/ });
    });
  }

  test("an object that is not a clock is refused by name", () => {
    const make = (): ScaledClock => new ScaledClock({ speed: 2, clock: {} as never });
    assert.throws(make, { name: "ArgumentError", message: /^clock must/ });
  });

  test("lets watch() deliver an hour of readings in a minute, each a few sped-up seconds after it arrived", async () => {
    const { real, clock } = makeClocks();
    const simulator = new ShareSimulator({ clock, scenario: "steady" });
    const dexcom = new Dexcom({ ...SIMULATED_ACCOUNT, fetch: simulator.fetch, clock });
    const stop = new AbortController();
    const ages: number[] = [];
    const loop = (async () => {
      for await (const reading of dexcom.watch({ signal: stop.signal })) {
        ages.push(clock.now() - reading.datetime.getTime());
      }
    })();
    await real.advance(MINUTE);
    stop.abort();
    await loop;
    assert.ok(ages.length >= 12 && ages.length <= 13, String(ages.length));
    for (const age of ages.slice(3)) assert.ok(age >= 10_000 && age <= 45_000, String(age));
  });
});
