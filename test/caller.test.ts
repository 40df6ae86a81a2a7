import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Dexcom } from "../src/dexcom.ts";
import { AccountError, ArgumentError, DexcomError } from "../src/errors.ts";
import type { DexcomOptions } from "../src/options.ts";
import { Publisher } from "../src/publisher/publisher.ts";
import { Subscriber } from "../src/subscriber/subscriber.ts";
import { ShareSimulator, VirtualClock } from "../src/simulator/index.ts";
import { ACCOUNT_ID, json, page, SESSION_ID } from "./support/responses.ts";
import { PASSWORD, USERNAME } from "./support/client.ts";
import { scriptedFetch, stall, type Step } from "./support/scripted-fetch.ts";

/** Runs `call` in a function of its own, whose name the stack must have. */
async function stackOf(clock: VirtualClock, call: () => Promise<unknown>): Promise<DexcomError> {
  let caught: unknown;
  async function namedCaller(): Promise<void> {
    await call();
  }
  await clock.runUntil(
    namedCaller().catch((error: unknown) => {
      caught = error;
    }),
  );
  assert.ok(caught instanceof DexcomError, String(caught));
  return caught;
}

function assertLeadsToCaller(error: DexcomError): void {
  assert.match(String(error.stack), /namedCaller \(.*caller\.test\.ts:\d+:\d+\)/);
}

function world(steps: readonly Step[]): { readonly clock: VirtualClock; readonly options: DexcomOptions } {
  const clock = new VirtualClock();
  const fetch = scriptedFetch(...steps).fetch;
  return { clock, options: { accountId: ACCOUNT_ID, password: PASSWORD, fetch, clock, retry: { retries: 1 } } };
}

const refusal: Step = () => json({ Code: "AccountPasswordInvalid", Message: "" }, { status: 500 });
const login: Step = () => json(SESSION_ID);

describe("the stack of an error leads to the line of the caller", () => {
  for (const [failure, steps] of [
    ["a refused login", [refusal]],
    ["a login that gets no response", [new TypeError("fetch failed")]],
    ["a login that takes too long", [stall]],
    ["a read that gets no response", [login, new TypeError("fetch failed")]],
    ["a read that takes too long", [login, stall]],
    ["a page in place of data", [login, page(502)]],
    ["a record of the wrong shape", [login, json([{ WT: "Date(1)", Value: null, Trend: "Flat" }])]],
    ["a rate limit", [login, page(429)]],
  ] as readonly (readonly [string, readonly Step[]])[]) {
    test(`after ${failure}`, async () => {
      const { clock, options } = world(steps);
      const dexcom = new Dexcom(options);
      assertLeadsToCaller(await stackOf(clock, () => dexcom.getLatestGlucoseReading()));
    });
  }

  test("after the deadline of the call", async () => {
    const { clock, options } = world([stall]);
    const dexcom = new Dexcom({ ...options, deadlineMs: 50 });
    const error = await stackOf(clock, () => dexcom.getGlucoseReadings());
    assert.equal(error.code, "DEADLINE_EXCEEDED");
    assertLeadsToCaller(error);
  });

  test("after an invalid argument", async () => {
    const { clock, options } = world([]);
    const dexcom = new Dexcom(options);
    assertLeadsToCaller(await stackOf(clock, () => dexcom.getGlucoseReadings(0)));
  });

  test("of each caller that shares a login, with an error of its own", async () => {
    const { clock, options } = world([refusal]);
    const dexcom = new Dexcom(options);
    async function firstCaller(): Promise<void> {
      await dexcom.getLatestGlucoseReading();
    }
    async function secondCaller(): Promise<void> {
      await dexcom.getCurrentGlucoseReading();
    }
    const results = await clock.runUntil(Promise.allSettled([firstCaller(), secondCaller()]));
    const [first, second] = results.map((result) => (result as PromiseRejectedResult).reason as AccountError);
    assert.ok(first instanceof AccountError && second instanceof AccountError);
    assert.notEqual(first, second);
    assert.match(first.stack!, /firstCaller/);
    assert.doesNotMatch(first.stack!, /secondCaller/);
    assert.match(second.stack!, /secondCaller/);
    assert.doesNotMatch(second.stack!, /firstCaller/);
    assert.deepEqual(second.toJSON(), first.toJSON());
  });

  test("of the present call, after a refusal that an earlier call met", async () => {
    const { clock, options } = world([refusal]);
    async function earlierCaller(): Promise<void> {
      await new Dexcom(options).getLatestGlucoseReading();
    }
    await clock.runUntil(assert.rejects(earlierCaller()));
    const again = await stackOf(clock, () => new Dexcom(options).getLatestGlucoseReading());
    assertLeadsToCaller(again);
    assert.equal(again.attempts, 0);
    assert.doesNotMatch(again.stack!, /earlierCaller/);
  });

  test("of the present call, within a Retry-After that an earlier call met", async () => {
    const { clock, options } = world([login, page(429, { "retry-after": "600" })]);
    const dexcom = new Dexcom(options);
    await clock.runUntil(assert.rejects(dexcom.getLatestGlucoseReading()));
    assertLeadsToCaller(await stackOf(clock, () => dexcom.getLatestGlucoseReading()));
  });

  test("of a for-await loop over watch()", async () => {
    const { clock, options } = world([refusal]);
    const error = await stackOf(clock, async () => {
      for await (const reading of new Dexcom(options).watch()) assert.fail(String(reading));
    });
    assertLeadsToCaller(error);
  });

  test("of a Publisher, with and without a session", async () => {
    const clock = new VirtualClock();
    const simulator = new ShareSimulator({ accounts: [{ username: USERNAME, password: PASSWORD }], clock });
    const publisher = new Publisher({ username: USERNAME, password: PASSWORD, fetch: simulator.fetch, clock });
    simulator.inject({ operation: "SystemUtcTime", drop: "before-headers" });
    assertLeadsToCaller(await stackOf(clock, () => publisher.getSystemTime()));
    assertLeadsToCaller(await stackOf(clock, () => publisher.startMonitoring("SM99999999")));
    assertLeadsToCaller(await stackOf(clock, () => publisher.postReadings("", [])));
  });

  test("of a Subscriber", async () => {
    const { clock, options } = world([refusal]);
    const { fetch, retry } = options;
    const subscriber = new Subscriber({
      accountId: ACCOUNT_ID,
      secret: "0123456789abcdef".repeat(2),
      fetch,
      retry,
      clock,
    });
    const error = await stackOf(clock, () => subscriber.listSubscriptions());
    assertLeadsToCaller(error);
    assert.match(error.advice, /unknown follower/);
  });
});

describe("a method that was taken off its object", () => {
  const { options } = world([]);
  const secret = "0123456789abcdef".repeat(2);
  for (const client of [
    new Dexcom(options),
    new Publisher(options),
    new Subscriber({ accountId: ACCOUNT_ID, secret }),
  ]) {
    const { name } = client.constructor;
    const prototype = client.constructor.prototype as Record<string, (...args: unknown[]) => unknown>;
    for (const method of Object.getOwnPropertyNames(prototype).filter((key) => key !== "constructor")) {
      test(`says so: ${name}.${method}`, async () => {
        for (const self of [undefined, null, {}, globalThis]) {
          const call = async (): Promise<unknown> => prototype[method]!.apply(self, []);
          await assert.rejects(call, (error) => {
            assert.ok(error instanceof ArgumentError, String(error));
            assert.match(error.message, new RegExp(`${name}.*bind`));
            return true;
          });
        }
      });
    }
  }
});
