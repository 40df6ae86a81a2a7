import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Dexcom, type SessionCache } from "../../src/index.ts";
import { NODE } from "../support/runtimes.ts";
import { faultBody } from "./faults/fault.ts";
import { READINGS } from "./leaks/readings.ts";
import { describeEndOfProcess } from "./leaks/end-of-process.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const MEGABYTE = 1_048_576;
const SESSION = "5e551000-0000-0000-0000-000000000001";

/** Heap in use, once everything is gone that can go. */
async function heapBytes(): Promise<number> {
  for (let rounds = 0; rounds < 4; rounds++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    collect();
  }
  return process.memoryUsage().heapUsed;
}

const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

/** Runs `call` `count` times, some at once. */
async function repeat(count: number, call: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await call(next++);
  };
  await Promise.all(Array.from({ length: 8 }, lane));
}

/** What `calls` leave behind, when as many have been made before. */
async function assertNothingLeft(
  signal: AbortSignal,
  warmUp: number,
  count: number,
  call: (index: number) => Promise<unknown>,
): Promise<void> {
  const timersBefore = timers();
  const check = async (): Promise<void> => {
    assert.equal(getEventListeners(signal, "abort").length, 0, "listeners left on the signal");
    // A login that nobody waits for any more goes on until its own time is up.
    for (let waits = 0; timers() > timersBefore && waits < 500; waits++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(timers(), timersBefore, "timers left");
  };
  await repeat(warmUp, call);
  await check();
  const before = await heapBytes();
  await repeat(count, call);
  const growth = (await heapBytes()) - before;
  await check();
  assert.ok(growth < MEGABYTE, `the heap grew by ${growth} bytes`);
}

const respond = (path: string): Response => new Response(path.includes("/Read") ? READINGS : JSON.stringify(SESSION));

/** What is left behind makes each further call slower: a leak must not look like a test that hangs. */
const TIMEOUT_MS = 300_000;

describe("with one long-lived signal", { timeout: TIMEOUT_MS }, () => {
  test(
    "a hundred thousand calls leave no listener, no timer and no memory behind",
    { timeout: TIMEOUT_MS },
    async () => {
      const { signal } = new AbortController();
      let most = 0;
      let requests = 0;
      const fetch: typeof globalThis.fetch = async (input) => {
        if (requests++ % 64 === 0) most = Math.max(most, getEventListeners(signal, "abort").length);
        return respond(input as string);
      };
      const client = new Dexcom({ username: "someone", password: "secret", fetch });
      await assertNothingLeft(signal, 5000, 100_000, () => client.getLatestGlucoseReading({ signal }));
      assert.ok(most > 0 && most <= 8, `${most} listeners, for 8 calls at once`);
    },
  );

  test("nor do calls that are tried again, log in, time out, fail, or ask a cache that throws", async () => {
    const { signal } = new AbortController();
    const cache: SessionCache = {
      get: () => Promise.reject(new Error("down")),
      set: () => Promise.reject(new Error("down")),
      clear: () => Promise.reject(new Error("down")),
    };
    let requests = 0;
    const fetch: typeof globalThis.fetch = async (input, init) => {
      switch (requests++ % 7) {
        case 0:
          return new Response("", { status: 500 });
        case 1:
          return new Response(faultBody("SessionNotValid", ""), { status: 500 });
        case 2:
          throw new TypeError("fetch failed");
        case 3:
          return new Promise((_resolve, reject) => {
            init!.signal!.addEventListener("abort", () => reject(init!.signal!.reason as Error), { once: true });
          });
        case 4:
          return new Response(
            new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(100_000)) }),
          );
        default:
          return respond(input as string);
      }
    };
    // A client of its own for each call: an undecided login would silence a shared one for a minute.
    const read = (): Promise<unknown> => {
      const client = new Dexcom({
        username: "someone",
        password: "secret",
        fetch: (...request) => fetch(...request),
        cache: { ...cache },
        timeoutMs: 2,
        retry: { baseDelayMs: 0, retries: 4 },
      });
      return client.getLatestGlucoseReading({ signal });
    };
    await assertNothingLeft(signal, 500, 3000, () => read().catch(() => undefined));
    assert.ok(requests > 2 * 3500, `${requests} requests`);
  });

  test("nor do calls that their callers give up", async () => {
    const { signal } = new AbortController();
    const fetch: typeof globalThis.fetch = (_input, init) =>
      new Promise((_resolve, reject) => {
        init!.signal!.addEventListener("abort", () => reject(init!.signal!.reason as Error), { once: true });
      });
    await assertNothingLeft(signal, 500, 5000, async () => {
      // Of its own, because the login that is given up is undecided.
      const client = new Dexcom({
        username: "someone",
        password: "secret",
        fetch: (...request) => fetch(...request),
        timeoutMs: 5,
        retry: { retries: 1 },
      });
      const controller = new AbortController();
      const call = assert.rejects(client.getLatestGlucoseReading({ signal: controller.signal }), {
        name: "AbortError",
      });
      setImmediate(() => controller.abort());
      await call;
      assert.equal(getEventListeners(controller.signal, "abort").length, 0);
    });
  });
});

describeEndOfProcess([NODE]);
