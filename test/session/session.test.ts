/** What one-login, heal and refused-once don't show: callers whose cache is slower than the login of another. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Dexcom } from "../../src/dexcom.ts";
import { AccountError } from "../../src/errors.ts";
import type { SessionCache } from "../../src/session/session-cache.ts";
import { fault, json, OTHER_SESSION_ID, record, SESSION_ID, THIRD_SESSION_ID } from "../support/responses.ts";
import { AUTHENTICATE, LOGIN, PASSWORD, READ, scripted, simulated, USERNAME } from "../support/client.ts";
import type { Step } from "../support/scripted-fetch.ts";

const read = (dexcom: Dexcom): Promise<unknown> => dexcom.getLatestGlucoseReading();
const reading = (): Response => json([record()]);

/** A cache that holds its results back until they are released. */
class SlowCache implements SessionCache {
  id: string | null = null;
  readonly #waiting: (() => void)[] = [];
  isSlow = false;

  async get(): Promise<string | null> {
    // What it holds when it is asked, told later.
    const { id } = this;
    if (this.isSlow) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return id;
  }

  async set(id: string): Promise<void> {
    this.id = id;
  }

  async clear(): Promise<void> {
    this.id = null;
  }

  release(): void {
    this.isSlow = false;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

describe("a session", () => {
  test("that another caller's login opened while the cache was read is used without another login", async () => {
    const cache = new SlowCache();
    const { clock, script, dexcom, run } = scripted([json(SESSION_ID), reading, reading], { cache });
    const first = read(dexcom);
    cache.isSlow = true;
    const second = read(dexcom);
    cache.isSlow = false;
    await run(first);
    cache.release();
    await clock.runUntil(second);
    assert.deepEqual(script.operations, [LOGIN, READ, READ]);
  });

  test("that another caller's login opened is also used by a caller that has seen two refused", async () => {
    const cache = new SlowCache();
    cache.id = SESSION_ID;
    const steps: Step[] = [
      () => {
        cache.id = OTHER_SESSION_ID;
        return fault("SessionNotValid");
      },
      () => {
        cache.isSlow = true;
        return fault("SessionNotValid");
      },
      fault("SessionNotValid"),
      json(THIRD_SESSION_ID),
      reading,
      reading,
    ];
    const { clock, script, dexcom, run } = scripted(steps, { cache });
    const first = read(dexcom);
    await clock.advance(1);
    assert.deepEqual(script.operations, [READ, READ], "and now it asks the cache once more");
    cache.isSlow = false;
    await run(read(dexcom));
    cache.release();
    assert.ok(await run(first));
    assert.deepEqual(script.operations, [READ, READ, READ, LOGIN, READ, READ]);
    assert.equal(script.requests.at(-1)!.body["sessionId"], THIRD_SESSION_ID);
  });

  test("is not replaced by an older one that a slow cache returns late", async () => {
    const cache = new SlowCache();
    const steps: Step[] = [
      json(SESSION_ID),
      reading,
      fault("SessionNotValid"),
      fault("SessionNotValid"),
      json(OTHER_SESSION_ID),
      reading,
      reading,
      reading,
    ];
    const { script, dexcom, run } = scripted(steps, { cache });
    await run(read(dexcom));
    await run(Promise.all([read(dexcom), read(dexcom)]));
    await run(read(dexcom));
    assert.deepEqual(script.operations, [LOGIN, READ, READ, READ, LOGIN, READ, READ, READ]);
    assert.equal(cache.id, OTHER_SESSION_ID);
  });

  test("belongs to one client: two accounts of one process share nothing", async () => {
    const other = "someone.else@example.com";
    const accounts = [USERNAME, other].map((username, i) => ({
      username,
      password: PASSWORD,
      readings: [{ mgDl: 100 + i, datetime: Date.UTC(2026, 0, 1, 11, 55) }],
    }));
    const { dexcom, another, operations, run } = simulated({}, { accounts });
    const [one, two] = await run(
      Promise.all([dexcom.getLatestGlucoseReading(), another({ username: other }).getLatestGlucoseReading()]),
    );
    assert.deepEqual([one?.mgDl, two?.mgDl], [100, 101]);
    assert.equal(operations().filter((operation) => operation === AUTHENTICATE).length, 2);
  });

  test("is opened with the application id of the region, or with the given one", async () => {
    const own = "11111111-1111-1111-1111-111111111111";
    for (const [options, expected] of [
      [{}, "d89443d2-327c-4a6f-89e5-496bbb0317db"],
      [{ region: "jp" }, "d8665ade-9673-4e27-9ff6-92db4ce13d13"],
      [{ region: "jp", applicationId: own }, own],
    ] as const) {
      const { script, dexcom, run } = scripted([json(SESSION_ID), reading], options);
      await run(read(dexcom));
      assert.equal(script.requests[0]!.body["applicationId"], expected);
    }
  });

  for (const region of ["us", "ous", "jp"] as const) {
    test(`of region ${region} is got there and nowhere else`, async () => {
      const { simulator, dexcom, another, run } = simulated({ region }, { account: { region } });
      assert.ok(await run(read(dexcom)));
      assert.equal(new Set(simulator.requests.map(({ origin }) => origin)).size, 1);
      const elsewhere = region === "us" ? "ous" : "us";
      await assert.rejects(run(read(another({ region: elsewhere }))), AccountError);
    });
  }

  test("is opened if the account id comes as an object, with an id alone, and with an id as user name", async () => {
    const accountId = "ABCDEF01-2345-6789-abcd-ef0123456789";
    for (const [options, expected] of [
      [{}, [AUTHENTICATE, LOGIN, READ]],
      [{ username: undefined, accountId }, [LOGIN, READ]],
      [{ username: accountId }, [LOGIN, READ]],
    ] as const) {
      const { operations, dexcom, run } = simulated(options, { account: { accountId, idForm: "object" } });
      assert.ok(await run(read(dexcom)));
      assert.deepEqual(operations(), expected);
    }
  });
});
