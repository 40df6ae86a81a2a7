import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AccountError, ServerError, type WatchCheck } from "../../src/index.ts";
import { makeWorld, MINUTE_MS, READ, readings, SLOT_MS, START_MS, USER, type World } from "./world.ts";

/** Follows with `onCheck` and notes the order of checks and readings. */
function noting(world: World): { checks: WatchCheck[]; order: string[]; stop: AbortController } {
  const [checks, order, stop] = [[] as WatchCheck[], [] as string[], new AbortController()];
  const onCheck = (check: WatchCheck): void => {
    checks.push(check);
    order.push("check");
  };
  void (async () => {
    try {
      for await (const { datetime } of world.dexcom.watch({ onCheck, signal: stop.signal })) {
        order.push(String((datetime.getTime() - START_MS) / SLOT_MS));
      }
    } catch {
      order.push("end");
    }
  })();
  return { checks, order, stop };
}

describe("onCheck", () => {
  it("is called once for each request, before its readings are delivered", async () => {
    const world = makeWorld(readings(-1, 20));
    const { checks, order } = noting(world);
    await world.clock.advance(31 * MINUTE_MS);
    assert.equal(checks.length, world.count(READ));
    const delivered = order.filter((step) => step !== "check");
    assert.deepEqual(delivered, ["-1", "0", "1", "2", "3", "4", "5", "6"]);
    for (const slot of delivered) assert.equal(order[order.indexOf(slot) - 1], "check", order.join());
  });

  it("tells how many readings it found, and delivers them before the next one", async () => {
    const world = makeWorld(readings(-1, 20, (slot) => (slot === 2 ? SLOT_MS + 18_000 : 18_000)));
    const { checks, order } = noting(world);
    await world.clock.advance(31 * MINUTE_MS);
    const counts = order
      .join()
      .split("check")
      .slice(1)
      .map((part) => part.split(",").filter(Boolean).length);
    assert.deepEqual(
      checks.map(({ newReadings }) => newReadings),
      counts,
    );
    assert.ok(counts.includes(0) && counts.includes(1) && counts.includes(2), counts.join());
  });

  it("tells the service's time, however wrong our own clock is", async () => {
    const world = makeWorld(readings(-1, 20), { errorMs: -5 * 60 * MINUTE_MS });
    const { checks } = noting(world);
    await world.clock.advance(16 * MINUTE_MS);
    assert.ok(checks.length > 3);
    const requestedAt = world.simulator.requests
      .filter(({ operation }) => operation === READ)
      .map(({ timeMs }) => timeMs);
    checks.forEach(({ date, error }, index) => {
      assert.equal(error, undefined);
      assert.ok(Math.abs(date!.getTime() - requestedAt[index]!) < 2000);
    });
  });

  it("tells why an attempt failed, and that it succeeds again", async () => {
    const world = makeWorld(readings(-1, 20));
    world.simulator.inject({
      status: 503,
      when: ({ timeMs }) => timeMs > START_MS + MINUTE_MS && timeMs < START_MS + 12 * MINUTE_MS,
    });
    const { checks } = noting(world);
    await world.clock.advance(25 * MINUTE_MS);
    assert.equal(checks.length, world.count(READ));
    const failed = checks.map(({ error }) => error !== undefined);
    assert.ok(failed.includes(true) && !failed[0] && !failed.at(-1), failed.join());
    assert.ok(
      checks.every(({ error, date }) => (error === undefined ? date instanceof Date : error instanceof ServerError)),
    );
  });

  it("reports the failure that ends the iteration", async () => {
    const world = makeWorld(readings(-1, 20));
    world.simulator.changePassword(USER.username, "another");
    const { checks, order } = noting(world);
    await world.clock.advance(MINUTE_MS);
    assert.deepEqual(order, ["check", "end"]);
    assert.ok(checks[0]!.error instanceof AccountError);
  });

  it("is not called for an attempt that an abort ends", async () => {
    const world = makeWorld(readings(-1, 20));
    world.simulator.inject({ delayMs: Infinity });
    const { checks, stop } = noting(world);
    await world.clock.advance(3000);
    stop.abort();
    await world.clock.advance(MINUTE_MS);
    assert.deepEqual(checks, []);
  });
});
