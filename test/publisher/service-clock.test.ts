import assert from "node:assert/strict";
import { test } from "node:test";
import { ServiceClock } from "../../src/publisher/service-clock.ts";

test("the service's time is taken to be that of the middle between question and answer", async () => {
  let now = 1_000_000;
  const serviceClock = new ServiceClock({ now: () => now, sleep: () => Promise.resolve() });
  // 10 s there and 10 s back; the service is an hour ahead.
  await serviceClock.measure(() => {
    const date = new Date(now + 10_000 + 3_600_000);
    now += 20_000;
    return Promise.resolve(date);
  });
  now += 60_000;
  assert.equal(await serviceClock.now(() => assert.fail("it was seen a minute ago")), now + 3_600_000);
});
