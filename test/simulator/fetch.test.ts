import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { AUTHENTICATE, NAME, PASSWORD, APP, ACCOUNT_ID, setUp, START, TIME, US } from "./raw-client.ts";

const TIME_URL = `${US}/ShareWebServices/Services/${TIME}`;
const json = { headers: { accept: "application/json" } };

/** A promise's state after everything pending has run. */
async function stateOf(promise: Promise<unknown>): Promise<string> {
  let state = "pending";
  promise.then(
    () => (state = "resolved"),
    () => (state = "rejected"),
  );
  for (let turns = 0; turns < 10; turns++) await new Promise(setImmediate);
  return state;
}

describe("simulator.fetch", () => {
  test("takes a string, a URL or a Request, and may be passed on as it is", async () => {
    const { fetch } = setUp().simulator;
    for (const input of [TIME_URL, new URL(TIME_URL), new Request(TIME_URL, json)]) {
      const response = await fetch(input, input instanceof Request ? undefined : json);
      assert.ok(response instanceof Response);
      assert.deepEqual([response.ok, response.url, response.redirected], [true, TIME_URL, false]);
      assert.match(await response.text(), /^\{"DateTime"/);
    }
  });

  test("takes bodies of any kind, and a Request with one", async () => {
    const { fetch } = setUp().simulator;
    const url = `${US}/ShareWebServices/Services/${AUTHENTICATE}`;
    const text = JSON.stringify({ accountName: NAME, password: PASSWORD, applicationId: APP });
    const bytes = new TextEncoder().encode(text);
    const requests = [
      fetch(url, { method: "POST", body: bytes }),
      fetch(url, { method: "POST", body: new Blob([text]) }),
      fetch(url, { method: "POST", body: new Blob([text]).stream(), duplex: "half" }),
      fetch(new Request(url, { method: "POST", body: text })),
    ];
    for (const response of await Promise.all(requests)) assert.equal(await response.json(), ACCOUNT_ID);
  });

  test("rejects with a TypeError what no fetch takes", async () => {
    const { fetch } = setUp().simulator;
    for (const [input, init] of [
      ["/ShareWebServices", {}],
      ["data:text/plain,x", {}],
      ["https://user:pass@share2.dexcom.com/", {}],
      [TIME_URL, { body: "x" }],
    ] as const) {
      await assert.rejects(fetch(input, init), TypeError);
    }
  });

  test("does not answer in the turn of the question", async () => {
    const { fetch } = setUp().simulator;
    let isAnswered = false;
    void fetch(TIME_URL).then(() => (isAnswered = true));
    for (let step = 0; step < 100; step++) await Promise.resolve();
    assert.equal(isAnswered, false);
  });

  test("brings a long body in pieces, of which a reader may leave the rest", async () => {
    const { simulator } = setUp();
    simulator.inject({ body: new Uint8Array(50_000_000) });
    const whole = await (await simulator.fetch(TIME_URL)).arrayBuffer();
    assert.equal(whole.byteLength, 50_000_000);
    const controller = new AbortController();
    const response = await simulator.fetch(TIME_URL, { signal: controller.signal });
    let read = 0;
    for await (const piece of response.body ?? []) {
      read += (piece as Uint8Array).length;
      if (read > 1_000_000) break;
    }
    assert.ok(read < 1_100_000);
    assert.equal(getEventListeners(controller.signal, "abort").length, 0);
  });

  test("gives a body that can be cloned, and read once", async () => {
    const response = await setUp().simulator.fetch(TIME_URL, json);
    const clone = response.clone();
    assert.equal(await clone.text(), await response.text());
    await assert.rejects(response.text(), TypeError);
  });
});

describe("a broken connection", () => {
  test("before the headers rejects with a TypeError that has a cause", async () => {
    const { simulator } = setUp();
    simulator.inject({ drop: "before-headers" });
    await assert.rejects(simulator.fetch(TIME_URL), (error: TypeError) => {
      assert.ok(error instanceof TypeError);
      assert.equal((error.cause as { code?: string }).code, "UND_ERR_SOCKET");
      return true;
    });
    assert.equal(simulator.requests[0]?.status, undefined);
  });

  test("in the middle of the body rejects where the body is read", async () => {
    const { simulator } = setUp();
    for (const body of ["0123456789", "", "0"]) {
      const stop = simulator.inject({ drop: "mid-body", body });
      const response = await simulator.fetch(TIME_URL);
      assert.equal(response.status, 200);
      await assert.rejects(response.text(), { name: "TypeError", message: "terminated" });
      stop();
    }
  });

  test("in the middle of the body comes after the first half", async () => {
    const { simulator } = setUp();
    simulator.inject({ drop: "mid-body", body: "0123456789" });
    const reader = (await simulator.fetch(TIME_URL)).body?.getReader();
    assert.equal(new TextDecoder().decode((await reader?.read())?.value), "01234");
    await assert.rejects(reader?.read() ?? Promise.resolve(), TypeError);
  });
});

describe("an abort rejects with the reason itself", () => {
  const reason = { why: "enough" };
  const isReason = (thrown: unknown): boolean => thrown === reason;

  test("when the signal is already aborted: nothing is asked", async () => {
    const { simulator } = setUp();
    await assert.rejects(simulator.fetch(TIME_URL, { signal: AbortSignal.abort(reason) }), isReason);
    await assert.rejects(simulator.fetch(new Request(TIME_URL, { signal: AbortSignal.abort(reason) })), isReason);
    assert.equal(simulator.requests.length, 0);
  });

  test("when it aborts right after the call", async () => {
    const { simulator } = setUp();
    const controller = new AbortController();
    const answer = simulator.fetch(TIME_URL, { signal: controller.signal });
    controller.abort(reason);
    await assert.rejects(answer, isReason);
  });

  test("while the request's own body is still being read", async () => {
    const { simulator } = setUp();
    const controller = new AbortController();
    const body = new ReadableStream({ pull: () => new Promise(() => undefined) });
    const answer = simulator.fetch(TIME_URL, { method: "POST", body, duplex: "half", signal: controller.signal });
    assert.equal(await stateOf(answer), "pending");
    controller.abort(reason);
    await assert.rejects(answer, isReason);
  });

  test("in the very moment in which a late answer comes", async () => {
    const { simulator, clock } = setUp();
    simulator.inject({ delayMs: 1000 });
    const controller = new AbortController();
    const sleep = clock.sleep.bind(clock);
    clock.sleep = async (ms, signal) => {
      await sleep(ms, signal);
      queueMicrotask(() => queueMicrotask(() => controller.abort(reason)));
    };
    await assert.rejects(clock.runUntil(simulator.fetch(TIME_URL, { signal: controller.signal })), isReason);
    await clock.advance(1);
  });

  for (const delayMs of [1000, Infinity]) {
    test(`while the answer is ${delayMs} ms late: the clock has no sleeper left`, async () => {
      const { simulator, clock } = setUp();
      simulator.inject({ delayMs });
      const controller = new AbortController();
      const answer = simulator.fetch(TIME_URL, { signal: controller.signal });
      assert.equal(await stateOf(answer), "pending");
      controller.abort(reason);
      await assert.rejects(answer, isReason);
      assert.equal(clock.sleeping, 0);
      assert.equal(getEventListeners(controller.signal, "abort").length, 0);
    });

    test(`while the rest of the body is ${delayMs} ms late`, async () => {
      const { simulator, clock } = setUp();
      simulator.inject({ bodyDelayMs: delayMs });
      const controller = new AbortController();
      const response = await simulator.fetch(TIME_URL, { signal: controller.signal });
      const text = response.text();
      assert.equal(await stateOf(text), "pending");
      controller.abort(reason);
      await assert.rejects(text, isReason);
      assert.equal(clock.sleeping, 0);
    });
  }

  test("also for a body that has come and lies unread", async () => {
    const { simulator } = setUp();
    const controller = new AbortController();
    const response = await simulator.fetch(TIME_URL, { signal: controller.signal });
    await stateOf(Promise.resolve());
    controller.abort(reason);
    await assert.rejects(response.text(), isReason);
  });

  test("and not for a body that has been read; nothing stays on the signal", async () => {
    const { simulator } = setUp();
    const controller = new AbortController();
    for (let call = 0; call < 50; call++) await (await simulator.fetch(TIME_URL, { signal: controller.signal })).text();
    simulator.inject({ drop: "mid-body", times: 1 });
    await (await simulator.fetch(TIME_URL, { signal: controller.signal })).text().catch(() => undefined);
    await (await simulator.fetch(TIME_URL, { signal: controller.signal })).body?.cancel();
    await (await simulator.fetch(TIME_URL, { method: "HEAD", signal: controller.signal })).text();
    simulator.inject({ drop: "before-headers", times: 1 });
    await simulator.fetch(TIME_URL, { signal: controller.signal }).catch(() => undefined);
    assert.equal(getEventListeners(controller.signal, "abort").length, 0);
    controller.abort(reason);
  });

  test("a body that is cancelled while its rest is late leaves no sleeper", async () => {
    const { simulator, clock } = setUp();
    simulator.inject({ bodyDelayMs: 1000 });
    const response = await simulator.fetch(TIME_URL);
    await response.body?.cancel();
    await stateOf(Promise.resolve());
    assert.equal(clock.sleeping, 0);
  });
});

describe("a redirect", () => {
  const elsewhere = "https://example.com/ShareWebServices/Services/General/SystemUtcTime";

  test("is handed over as it is, or an error, or followed, as the caller wants", async () => {
    const { simulator } = setUp();
    simulator.inject({ when: ({ origin }) => origin === US, status: 302, headers: { location: elsewhere } });
    const manual = await simulator.fetch(TIME_URL, { redirect: "manual" });
    assert.deepEqual([manual.status, manual.headers.get("location")], [302, elsewhere]);
    await assert.rejects(simulator.fetch(TIME_URL, { redirect: "error" }), TypeError);
    const followed = await simulator.fetch(TIME_URL, { method: "POST", body: "{}" });
    assert.deepEqual([followed.status, followed.redirected, followed.url], [200, true, elsewhere]);
    assert.deepEqual(simulator.requests.map(({ origin, method }) => [origin, method]).at(-1), [
      "https://example.com",
      "GET",
    ]);
  });

  test("of 307 takes the body along, which shows in the requests", async () => {
    const { simulator } = setUp();
    simulator.inject({ when: ({ origin }) => origin === US, status: 307, headers: { location: elsewhere } });
    await simulator.fetch(TIME_URL, {
      method: "POST",
      body: JSON.stringify({ password: PASSWORD, accountName: NAME }),
    });
    const last = simulator.requests.at(-1);
    assert.deepEqual([last?.origin, last?.method], ["https://example.com", "POST"]);
    assert.deepEqual(last?.arguments, { password: "***", accountName: NAME });
  });

  test("that never ends is an error", async () => {
    const { simulator } = setUp();
    simulator.inject({ status: 301, headers: { location: TIME_URL } });
    await assert.rejects(simulator.fetch(TIME_URL), TypeError);
    assert.equal(simulator.requests.length, 21);
  });
});

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

  test("an attempt's time-out on the same clock comes before an answer that is later", async () => {
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
    // As late as it can be before the answer.
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

  test("an answer that never comes is no reason to wait for ever", async () => {
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
