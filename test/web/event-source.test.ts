/** `/events` over HTTP on loopback, read by the package `eventsource`. */
import assert from "node:assert/strict";
import { afterEach, describe, it, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { EventSource } from "eventsource";
import { listen, type ServedPage } from "../../src/cli/serve/listen.ts";
import { bearer } from "../../src/web/index.ts";
import { MINUTE_MS, range, SLOT_MS, START_MS } from "../watch/world.ts";
import { makeWeb, TOKEN, type WebWorld } from "./world.ts";

const EVENTS = ["snapshot", "reading", "late", "stale", "recovered", "alarm"];
/** Polls of a condition, 10 ms apart, before it counts as never true. */
const MAX_POLLS = 2000;

interface Told {
  readonly event: string;
  readonly id: string;
  readonly data: any;
}

async function until(isTrue: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let polls = 0; !(await isTrue()); polls++) {
    assert.ok(polls < MAX_POLLS, `never: ${what}`);
    await sleep(10);
  }
}

interface Opened {
  readonly source: EventSource;
  readonly told: Told[];
  /** Statuses of the responses that were no streams; `undefined` for a broken connection. */
  readonly failures: (number | undefined)[];
}

/** Opens a stream of events, and keeps what it brings. */
function openSource(url: string, token = TOKEN): Opened {
  const source = new EventSource(`${url}events`, {
    fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } }),
  });
  const told: Told[] = [];
  const failures: (number | undefined)[] = [];
  for (const event of EVENTS) {
    source.addEventListener(event, ({ data, lastEventId }) =>
      told.push({ event, id: lastEventId, data: JSON.parse(data as string) }),
    );
  }
  source.addEventListener("error", ({ code }) => failures.push(code));
  return { source, told, failures };
}

const slotOf = ({ datetime }: { datetime: string }): number => (Date.parse(datetime) - START_MS) / SLOT_MS;

/** Slots of the readings of these events, in the order of their arrival. */
function arrived(told: readonly Told[]): number[] {
  assert.ok(told.every(({ event }) => event === "reading"));
  return told.map(({ data }) => slotOf(data.reading));
}

/** Lets the source come back at once. Returns the delays after which it would. */
function skipDelays({ mock }: TestContext): number[] {
  const delays: number[] = [];
  const real = globalThis.setTimeout;
  mock.method(globalThis, "setTimeout", (callback: () => void, ms: number) => {
    if (ms < 1000) return real(callback, ms);
    delays.push(ms);
    return real(callback, 20);
  });
  return delays;
}

describe("/events, read by the package eventsource", () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  const makeWorld = (given: Parameters<typeof makeWeb>[0] = {}): WebWorld => {
    const world = makeWeb({ authorize: bearer(TOKEN), ...given });
    cleanups.push(() => world.handler.close());
    return world;
  };
  const serve = async (world: WebWorld, port = 0): Promise<ServedPage> => {
    const served = await listen(world.handler.fetch, { host: "127.0.0.1", port });
    cleanups.push(() => served.close());
    return served;
  };
  const open = (url: string, token?: string): Opened => {
    const opened = openSource(url, token);
    cleanups.push(() => opened.source.close());
    return opened;
  };
  const portOf = ({ url }: ServedPage): number => Number(new URL(url).port);

  it("brings a snapshot and then each reading once, as it arrives", async () => {
    const world = makeWorld();
    const { told, failures } = open((await serve(world)).url);
    await until(() => told.length === 1, "the snapshot");
    assert.equal(told[0]!.event, "snapshot");
    assert.equal(told[0]!.data.wearers[0].readings.length, 287);
    await world.clock.advance(20 * MINUTE_MS);
    await until(() => told.length >= 5, "four readings");
    assert.deepEqual(arrived(told.slice(1)), range(0, 3));
    assert.deepEqual(failures, []);
  });

  it("goes on after the last event that it has when the connection breaks", async (context) => {
    const delays = skipDelays(context);
    const world = makeWorld();
    const first = await serve(world);
    const { told } = open(first.url);
    await until(() => told.length === 1, "the snapshot");
    await world.clock.advance(9 * MINUTE_MS);
    await until(() => told.length === 3, "two readings");
    await first.close();
    await world.clock.advance(15 * MINUTE_MS);
    await serve(world, portOf(first));
    await until(() => told.length === 6, "the readings that were missed");
    await world.clock.advance(5 * MINUTE_MS);
    await until(() => told.length === 7, "the next reading");
    assert.deepEqual(arrived(told.slice(1)), range(0, 5));
    assert.deepEqual(new Set(delays), new Set([5000]));
  });

  it("loses and doubles nothing when another process takes over", async (context) => {
    skipDelays(context);
    const world = makeWorld();
    const first = await serve(world);
    const { told } = open(first.url);
    await until(() => told.length === 1, "the snapshot");
    await world.clock.advance(9 * MINUTE_MS);
    await until(() => told.length === 3, "two readings");
    world.handler.close();
    await first.close();
    await world.clock.advance(15 * MINUTE_MS);
    await serve(makeWorld({ world }), portOf(first));
    await until(() => told.length >= 4, "another snapshot");
    await world.clock.advance(5 * MINUTE_MS);
    await until(() => told.length >= 5, "the next reading");
    const names = told.map(({ event }) => event);
    assert.deepEqual(names, ["snapshot", "reading", "reading", "snapshot", "reading"]);
    const slots = [...told[3]!.data.wearers[0].readings.map(slotOf), ...arrived(told.slice(4))];
    assert.deepEqual(slots, range(-283, 5));
  });

  it("ends for good at a wrong token", async () => {
    const world = makeWorld();
    const { source, told, failures } = open((await serve(world)).url, "f".repeat(20));
    await until(() => failures.length > 0, "the refusal");
    assert.deepEqual(failures, [401]);
    assert.equal(source.readyState, EventSource.CLOSED);
    assert.deepEqual(told, []);
    assert.equal(world.upstream(), 0);
  });

  it("makes room for another viewer when it is closed", async () => {
    const world = makeWorld({ maxViewers: 1 });
    const { url } = await serve(world);
    const first = open(url);
    await until(() => first.told.length === 1, "the snapshot");
    const refused = open(url);
    await until(() => refused.failures.length > 0, "the refusal");
    assert.deepEqual(refused.failures, [503]);
    first.source.close();
    await until(async () => {
      const response = await world.get("/events", { headers: { authorization: `Bearer ${TOKEN}` } });
      await response.body?.cancel();
      return response.status === 200;
    }, "room");
  });
});
