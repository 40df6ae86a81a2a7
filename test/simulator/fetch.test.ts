import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { AUTHENTICATE, NAME, PASSWORD, APP, ACCOUNT_ID, setUp, TIME, US } from "./raw-client.ts";

const TIME_URL = `${US}/ShareWebServices/Services/${TIME}`;
const json = { headers: { accept: "application/json" } };

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

  test("does not resolve in the turn of the call", async () => {
    const { fetch } = setUp().simulator;
    let isAnswered = false;
    void fetch(TIME_URL).then(() => (isAnswered = true));
    for (let step = 0; step < 100; step++) await Promise.resolve();
    assert.equal(isAnswered, false);
  });

  test("delivers a long body in pieces that a reader may cancel", async () => {
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

  test("in the middle of the body rejects when the body is read", async () => {
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
