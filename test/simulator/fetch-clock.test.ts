import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setUp, START, TIME, US } from "./raw-client.ts";

const TIME_URL = `${US}/ShareWebServices/Services/${TIME}`;

describe("the virtual clock and open requests", () => {
  test("the clock stands while requests are open: a client's work takes no time", async () => {
    const { clock, simulator } = setUp();
    const times: number[] = [];
    const client = (async () => {
      for (let poll = 0; poll < 5; poll++) {
        await clock.sleep(1000);
        for (let step = 0; step < 3; step++) {
          const response = await simulator.fetch(TIME_URL);
          await response.text();
          times.push(clock.now() - START);
        }
      }
    })();
    // Somebody else's timers all the while, which must not run ahead.
    void (async () => {
      for (let tick = 0; tick < 6000; tick++) await clock.sleep(1);
    })();
    await clock.runUntil(client);
    assert.deepEqual(
      times,
      [1, 2, 3, 4, 5].flatMap((second) => [second * 1000, second * 1000, second * 1000]),
    );
  });

  test("an attempt's time-out on the same clock comes before a response that is later", async () => {
    const { clock, simulator } = setUp();
    simulator.inject({ delayMs: 15_000 });
    const controller = new AbortController();
    void clock.sleep(10_000).then(() => controller.abort(new Error("timed out")));
    await assert.rejects(clock.runUntil(simulator.fetch(TIME_URL, { signal: controller.signal })), /timed out/);
    assert.equal(clock.now(), START + 10_000);
  });

  test("a body that nobody reads holds nothing up", async () => {
    const { clock, simulator } = setUp();
    await simulator.fetch(TIME_URL);
    await clock.advance(1000);
    assert.equal(clock.now(), START + 1000);
  });

  test("neither does a request that ended without a body, by an abort or on the way to another", async () => {
    const { clock, simulator } = setUp();
    await simulator.fetch(TIME_URL, { method: "HEAD" });
    simulator.inject({ status: 204, times: 1 });
    await simulator.fetch(TIME_URL);
    simulator.inject({ status: 302, headers: { location: TIME_URL }, times: 2 });
    await simulator.fetch(TIME_URL);
    await simulator.fetch(TIME_URL, { redirect: "error" }).catch(() => undefined);
    const controller = new AbortController();
    const aborted = simulator.fetch(TIME_URL, { signal: controller.signal }).catch(() => undefined);
    // As late as possible before the response.
    for (let step = 0; step < 50; step++) await Promise.resolve();
    controller.abort();
    await aborted;
    simulator.inject({ drop: "before-headers", delayMs: 10, times: 1 });
    await clock.runUntil(simulator.fetch(TIME_URL).catch(() => undefined));
    await clock.advance(1000);
    assert.equal(clock.now(), START + 1010);
  });

  test("a request is open again after an injected wait", async () => {
    const { clock, simulator } = setUp();
    simulator.inject({ delayMs: 10 });
    let answeredAt = 0;
    void simulator.fetch(TIME_URL).then(async (response) => {
      await response.text();
      answeredAt = clock.now();
    });
    void clock.sleep(11);
    await clock.advance(11);
    assert.equal(answeredAt, START + 10);
  });

  test("a response that never comes does not hold the clock", async () => {
    const { clock, simulator } = setUp();
    simulator.inject({ delayMs: Infinity });
    await assert.rejects(clock.runUntil(simulator.fetch(TIME_URL)), /can't settle/);
  });

  test("a day of polls takes well under a second of processor time", async () => {
    const { clock, simulator, session, read } = setUp();
    // Not by the wall clock: a busy machine gives this process a part of a core.
    const before = process.cpuUsage();
    const id = await session();
    const day = (async () => {
      for (let poll = 0; poll < 287; poll++) {
        await clock.sleep(300_000);
        assert.equal((await read(id, 10, 1)).status, 200);
      }
    })();
    await clock.runUntil(day);
    assert.equal(simulator.requests.length, 288);
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 900_000, `${user + system} µs`);
  });
});
