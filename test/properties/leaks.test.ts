import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { getEventListeners, once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Dexcom, type SessionCache } from "../../src/index.ts";
import { all, faultBody, final, type Answer, type Step } from "./faults/fault.ts";
import { startFaultServer, type FaultServer } from "./faults/fault-server.ts";
import { FaultyService } from "./faults/faulty-service.ts";
import { RUNTIMES } from "../support/runtimes.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const MEGABYTE = 1_048_576;
const SESSION = "5e551000-0000-0000-0000-000000000001";
const READINGS =
  '[{"WT":"Date(1691239553000)","ST":"Date(1691239553000)","DT":"Date(1691239553000-0400)","Value":132,"Trend":"Flat"}]';

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

const answer = (path: string): Response => new Response(path.includes("/Read") ? READINGS : JSON.stringify(SESSION));

/** What is left behind makes each further call slower: a leak must not look like a test that hangs. */
const TIMEOUT_MS = 90_000;

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
        return answer(input as string);
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
          return answer(input as string);
      }
    };
    const client = new Dexcom({
      username: "someone",
      password: "secret",
      fetch,
      cache,
      timeoutMs: 2,
      retry: { baseDelayMs: 0, retries: 4 },
    });
    await assertNothingLeft(signal, 500, 3000, () => client.getLatestGlucoseReading({ signal }).catch(() => undefined));
  });

  test("nor do calls that their callers give up", async () => {
    const { signal } = new AbortController();
    const fetch: typeof globalThis.fetch = (_input, init) =>
      new Promise((_resolve, reject) => {
        init!.signal!.addEventListener("abort", () => reject(init!.signal!.reason as Error), { once: true });
      });
    const client = new Dexcom({ username: "someone", password: "secret", fetch, timeoutMs: 5, retry: { retries: 1 } });
    await assertNothingLeft(signal, 500, 5000, async () => {
      const controller = new AbortController();
      const call = assert.rejects(client.getLatestGlucoseReading({ signal: controller.signal }));
      setImmediate(() => controller.abort());
      await call;
      assert.equal(getEventListeners(controller.signal, "abort").length, 0);
    });
  });
});

/** What a timer that is left would hold a process up for, at the least; starting and ending it takes a little. */
const SOON_MS = 5000;

describe("a process ends by itself once its last call is done", { concurrency: true }, () => {
  let server: FaultServer;
  let home: string;
  before(async () => {
    server = await startFaultServer();
    home = await mkdtemp(path.join(tmpdir(), "leaks-"));
  });
  after(async () => {
    await server.close();
    await rm(home, { recursive: true });
  });

  const service = (step: Step, isOnce: boolean, reply: Answer): string => {
    return server.add(
      new FaultyService(
        step,
        final("", all("nothing 1"), () => reply),
        isOnce,
      ),
    );
  };
  const urls = (): string[] => [
    service("read", true, { body: READINGS }),
    service("read", false, { breaks: "stalled before headers" }),
    service("authenticate", false, { status: 500, body: faultBody("AccountPasswordInvalid", "") }),
    service("read", true, { status: 500, body: faultBody("SessionNotValid", "") }),
    service("read", true, { status: 503, body: "" }),
    service("read", true, { status: 503, body: "" }),
  ];

  for (const { name, command } of RUNTIMES) {
    test(`on ${name}`, async () => {
      const [file, ...args] = command(path.join(import.meta.dirname, "leaks/last-call.ts"));
      const child = spawn(file!, [...args, ...urls()], {
        env: { ...process.env, DENO_DIR: home, DENO_NO_UPDATE_CHECK: "1", BUN_RUNTIME_TRANSPILER_CACHE_PATH: "0" },
        stdio: ["ignore", "pipe", "inherit"],
        timeout: 90_000,
      });
      const output = text(child.stdout);
      await once(child, "exit");
      const endedAt = Date.now();
      const { doneAt, outcomes } = JSON.parse(await output) as { doneAt: number; outcomes: string[] };
      const expected = [
        "reading",
        "AccountError",
        "reading",
        "reading",
        "TimeoutError",
        "TimeoutError",
        "AbortError",
        "AbortError",
      ];
      assert.deepEqual(outcomes, expected);
      assert.ok(endedAt - doneAt < SOON_MS, `${endedAt - doneAt} ms after its last call`);
    });
  }
});
