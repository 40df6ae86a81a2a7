import assert from "node:assert/strict";
import { test } from "node:test";
import { ServiceClock } from "../../src/publisher/service-clock.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 0, 1, 12);
/** The service is this far ahead of the machine's wall clock at the start. */
const AHEAD_MS = HOUR;

/** A machine whose wall clock can be set, and a service that tells its time. */
class Machine {
  wallErrorMs = 0;
  passedMs = 0;
  /** Time that a sleeping machine's monotonic clock does not count. */
  asleepMs = 0;
  requests = 0;
  readonly serviceClock: ServiceClock = new ServiceClock({
    now: () => START + this.passedMs + this.wallErrorMs,
    elapsed: () => this.passedMs - this.asleepMs,
    sleep: () => Promise.resolve(),
  });

  get serviceNow(): number {
    return START + AHEAD_MS + this.passedMs;
  }

  /** Asks the service. The request and the response take `travelMs` each. */
  measure(travelMs = 0, onTheWay: () => void = () => undefined): Promise<Date> {
    this.requests++;
    return this.serviceClock.measure(() => {
      this.passedMs += travelMs;
      const date = new Date(this.serviceNow);
      this.passedMs += travelMs;
      onTheWay();
      return Promise.resolve(date);
    });
  }

  now(): Promise<number> {
    return this.serviceClock.now(() => this.measure());
  }
}

test("the service's time is that of the middle between request and response", async () => {
  const machine = new Machine();
  await machine.measure(10_000);
  machine.passedMs += MINUTE;
  assert.equal(await machine.now(), machine.serviceNow);
  assert.equal(machine.requests, 1);
});

test("a measurement is good for an hour", async () => {
  const machine = new Machine();
  await machine.measure();
  machine.passedMs += HOUR - 1;
  assert.equal(await machine.now(), machine.serviceNow);
  assert.equal(machine.requests, 1);
  machine.passedMs += 1;
  await machine.now();
  assert.equal(machine.requests, 2);
});

for (const jumpMs of [30 * MINUTE, -30 * MINUTE, 5 * HOUR, -5 * HOUR]) {
  test(`a wall clock that is set by ${jumpMs / MINUTE} minutes does not move the service's time`, async () => {
    const machine = new Machine();
    await machine.measure();
    machine.passedMs += MINUTE;
    machine.wallErrorMs = jumpMs;
    assert.equal(await machine.now(), machine.serviceNow);
    machine.passedMs += MINUTE;
    assert.equal(await machine.now(), machine.serviceNow);
    assert.equal(machine.requests, 2, "asks once more, because the machine may have been asleep");
  });

  test(`nor does one that is set by ${jumpMs / MINUTE} minutes during the request`, async () => {
    const machine = new Machine();
    await machine.measure(1000, () => (machine.wallErrorMs = jumpMs));
    assert.equal(await machine.now(), machine.serviceNow);
  });
}

test("after a sleep that the monotonic clock does not count, the service's time is requested again", async () => {
  const machine = new Machine();
  await machine.measure();
  machine.passedMs += 20 * MINUTE;
  machine.asleepMs = 20 * MINUTE;
  assert.equal(await machine.now(), machine.serviceNow);
  assert.equal(machine.requests, 2);
});
