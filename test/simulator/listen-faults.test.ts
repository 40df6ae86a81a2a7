import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ShareSimulator, VirtualClock } from "../../src/simulator/index.ts";
import { listen, type ListeningSimulator } from "../../src/simulator/node.ts";
import { TIME } from "./raw-client.ts";
import { account, head, raw, SERVICES } from "./raw-sockets.ts";

/** Waits until so many sleep on the clock. */
async function sleepers(clock: VirtualClock, count: number): Promise<void> {
  while (clock.sleeping !== count) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe("faults on a real socket", () => {
  let simulator: ShareSimulator;
  let server: ListeningSimulator;
  before(async () => {
    simulator = new ShareSimulator({ accounts: [{ ...account, readings: [] }] });
    server = await listen(simulator);
  });
  after(() => server.close());
  const url = (): string => `${server.url}${SERVICES}/${TIME}`;

  test("dropped before the headers: not a byte", async () => {
    const stop = simulator.inject({ drop: "before-headers" });
    assert.equal(await raw(server.url, head("GET", TIME)), "");
    await assert.rejects(fetch(url()), TypeError);
    stop();
  });

  for (const headers of [{}, { "content-length": "10" }]) {
    test(`dropped mid-body ${JSON.stringify(headers)}: the headers, half of the body, no end`, async () => {
      const stop = simulator.inject({ drop: "mid-body", body: "0123456789", headers });
      const received = await raw(server.url, head("GET", TIME));
      assert.match(received, /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n(?:5\r\n)?01234(?:\r\n)?$/);
      const response = await fetch(url());
      assert.equal(response.status, 200);
      await assert.rejects(response.text(), TypeError);
      stop();
    });
  }

  test("cut short: a whole response with less in it", async () => {
    const stop = simulator.inject({ truncate: 3 });
    const response = await fetch(url(), { headers: { accept: "application/json" } });
    assert.equal(await response.text(), '{"D');
    stop();
  });

  test("late, before the headers and between the halves of the body", async () => {
    const clock = new VirtualClock();
    const late = new ShareSimulator({ accounts: [account], clock });
    const lateServer = await listen(late);
    late.inject({ delayMs: 1000, bodyDelayMs: 1000, body: "0123456789" });
    let hasHeaders = false;
    const responding = fetch(lateServer.url, { headers: { "accept-encoding": "identity" } }).then((response) => {
      hasHeaders = true;
      return response;
    });
    await sleepers(clock, 1);
    await clock.advance(999);
    assert.equal(hasHeaders, false);
    const whole = clock.advance(1);
    const reader = (await responding).body!.getReader();
    const read = async (): Promise<string | undefined> => {
      const { value } = await reader.read();
      return value && new TextDecoder().decode(value as Uint8Array);
    };
    assert.equal(await read(), "01234");
    await whole;
    await sleepers(clock, 1);
    const rest = read();
    await clock.advance(1000);
    assert.deepEqual([await rest, await read()], ["56789", undefined]);
    await lateServer.close();
  });

  test("429 with Retry-After, 204 without a body, a page of 50 MB", async () => {
    simulator.inject({ status: 429, headers: { "Retry-After": "60" }, times: 1 });
    const limited = await fetch(url());
    assert.deepEqual([limited.status, limited.headers.get("retry-after")], [429, "60"]);
    assert.match(await limited.text(), /^</);
    simulator.inject({ status: 204, times: 1 });
    const empty = await fetch(url());
    assert.deepEqual([empty.status, await empty.text()], [204, ""]);
    simulator.inject({ body: new Uint8Array(50_000_000), times: 1 });
    assert.equal((await (await fetch(url())).bytes()).length, 50_000_000);
  });

  test("a client that goes away in the middle of anything harms nobody", async () => {
    for (const injection of [{ delayMs: Infinity }, { bodyDelayMs: Infinity }, { body: new Uint8Array(20_000_000) }]) {
      const stop = simulator.inject(injection);
      const controller = new AbortController();
      const gone = fetch(url(), { signal: controller.signal }).then((response) => response.text());
      const asked = simulator.requests.length;
      while (simulator.requests.length === asked) await new Promise((resolve) => setTimeout(resolve, 1));
      controller.abort();
      await assert.rejects(gone, { name: "AbortError" });
      stop();
    }
    assert.equal((await fetch(url())).status, 200);
  });
});

test("a client that goes away while its response is late leaves no sleeper on the simulator's clock", async () => {
  const clock = new VirtualClock();
  const simulator = new ShareSimulator({ accounts: [], clock });
  const server = await listen(simulator);
  for (const injection of [{ delayMs: 1000 }, { bodyDelayMs: 1000 }]) {
    const stop = simulator.inject(injection);
    const controller = new AbortController();
    const gone = fetch(server.url, { signal: controller.signal }).then((response) => response.text());
    await sleepers(clock, 1);
    controller.abort();
    await assert.rejects(gone, { name: "AbortError" });
    await sleepers(clock, 0);
    await clock.advance(1);
    stop();
  }
  await server.close();
});
