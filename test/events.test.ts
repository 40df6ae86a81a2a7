import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { Dexcom } from "../src/dexcom.ts";
import type { DexcomOptions } from "../src/options.ts";
import { ShareSimulator, VirtualClock } from "../src/simulator/index.ts";
import { PASSWORD, USERNAME } from "./support/client.ts";

/** Watches for an hour during which no request gets through, and returns what was warned of. */
async function warnings(t: TestContext, options: Partial<DexcomOptions> = {}): Promise<unknown[][]> {
  const warn = t.mock.method(console, "warn", () => undefined);
  const clock = new VirtualClock();
  const simulator = new ShareSimulator({ accounts: [{ username: USERNAME, password: PASSWORD }], clock });
  simulator.inject({ drop: "before-headers" });
  const dexcom = new Dexcom({
    username: USERNAME,
    password: PASSWORD,
    clock,
    fetch: simulator.fetch,
    ...options,
  } as DexcomOptions);
  const readings = dexcom.watch();
  const next = readings.next();
  await clock.advance(3_600_000);
  await readings.return();
  await next;
  return warn.mock.calls.map((call) => call.arguments);
}

describe("a watch() that can't reach its host", () => {
  test("warns once per client if there is no onEvent, with the host and no secret", async (t) => {
    const [first, ...more] = await warnings(t);
    assert.match(String(first), /^dexcom-share-ts: .*No response from share2\.dexcom\.com/);
    assert.doesNotMatch(String(first), new RegExp(`${PASSWORD}|${USERNAME}|ShareWebServices`));
    assert.deepEqual(more, []);
  });

  test("warns of nothing if there is an onEvent", async (t) => {
    assert.deepEqual(await warnings(t, { onEvent: () => undefined }), []);
  });

  test("survives a console that is missing", async (t) => {
    t.mock.property(globalThis, "console", undefined);
    const clock = new VirtualClock();
    const fetch = (): Promise<never> => Promise.reject(new TypeError("fetch failed"));
    const readings = new Dexcom({ username: USERNAME, password: PASSWORD, clock, fetch }).watch();
    const next = readings.next();
    await clock.advance(60_000);
    await readings.return();
    assert.deepEqual(await next, { done: true, value: undefined });
  });
});
