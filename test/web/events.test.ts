import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createAlarms } from "../../src/alarms/index.ts";
import { HOUR_MS, makeWorld, MINUTE_MS, range, readings, SLOT_MS, START_MS } from "../watch/world.ts";
import { EventReader, type ServerEvent } from "./event-reader.ts";
import { makeWeb, type WebWorld } from "./world.ts";

async function open(world: WebWorld, lastEventId?: string): Promise<EventReader> {
  const headers: Record<string, string> = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
  const response = await world.get("/events", { headers });
  assert.equal(response.status, 200);
  return new EventReader(response);
}

const slotOf = ({ data }: ServerEvent): number => (Date.parse(data.reading.datetime) - START_MS) / SLOT_MS;

/** Readings that a page has after these events: it keeps them by their instants. */
function kept(events: readonly ServerEvent[]): number[] {
  const slots = new Map<number, number>();
  for (const { event, data } of events) {
    const list = event === "snapshot" ? data.wearers[0].readings : data.reading ? [data.reading] : [];
    if (event === "snapshot") slots.clear();
    for (const { datetime, mgDl } of list) slots.set((Date.parse(datetime) - START_MS) / SLOT_MS, mgDl);
  }
  return [...slots.keys()].sort((a, b) => a - b);
}

describe("/events", () => {
  it("is an event stream with headers that forbid proxies to buffer it", async () => {
    const world = makeWeb();
    const response = await world.get("/events");
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    assert.equal(response.headers.get("cache-control"), "no-store, no-transform");
    assert.equal(response.headers.get("x-accel-buffering"), "no");
    const reader = new EventReader(response);
    await world.clock.advance(1000);
    assert.equal(reader.retry, "5000");
    await reader.leave();
    const head = await world.get("/events", { method: "HEAD" });
    assert.deepEqual([head.status, head.body], [200, null]);
  });

  it("begins with a snapshot of a day, then sends each reading once, and a tick every 15 s", async () => {
    const world = makeWeb();
    const reader = await open(world);
    await world.clock.advance(HOUR_MS);
    const [first, ...rest] = reader.told;
    assert.equal(first!.event, "snapshot");
    assert.equal(first!.data.wearers[0].readings.length, 287);
    assert.deepEqual(
      rest.map(({ event }) => event),
      range(0, 11).map(() => "reading"),
    );
    assert.deepEqual(rest.map(slotOf), range(0, 11));
    assert.deepEqual([rest[1]!.data.delta, rest[1]!.data.wearer], [1, undefined]);
    const ticks = reader.events.filter(({ event }) => event === "tick");
    assert.ok(ticks.length >= 240 && ticks.length <= 241, String(ticks.length));
    assert.ok(ticks.every(({ data }) => data.wearers[0].problem === null));
    await reader.leave();
  });

  it("sends a returning viewer every event after its Last-Event-ID, and none twice", async () => {
    const late = (slot: number): number => (slot === 4 ? 30 * MINUTE_MS : 18_000);
    const world = makeWeb({ world: makeWorld(readings(-287, 100, late)) });
    const first = await open(world);
    await world.clock.advance(16 * MINUTE_MS);
    await first.leave();
    await world.clock.advance(HOUR_MS / 2);
    const second = await open(world, first.lastId);
    await world.clock.advance(HOUR_MS / 2);
    await second.leave();
    const told = [...first.told, ...second.told];
    assert.deepEqual(
      told.map(({ event }) => event).filter((event) => event !== "reading"),
      ["snapshot", "late"],
    );
    assert.deepEqual(told.slice(1).map(slotOf), [0, 1, 2, 3, 5, 6, 7, 8, 9].concat(told.slice(10).map(slotOf)));
    assert.deepEqual(
      kept(told),
      range(-287, 15).filter((slot) => kept(told).includes(slot)),
    );
    for (const slot of range(-286, 14)) assert.ok(kept(told).includes(slot), String(slot));
    const sequences = told.map(({ id }) => Number(id.split(".")[1]));
    assert.deepEqual(sequences.slice(1), range(sequences[1]!, sequences[1]! + sequences.length - 2));
  });

  for (const id of ["", "x", "0.0", "deadbeef0000.3", "1", "__proto__.1", "9".repeat(400)]) {
    it(`sends one snapshot to a viewer with the unknown id ${JSON.stringify(id.slice(0, 20))}`, async () => {
      const world = makeWeb();
      const reader = await open(world, id);
      await world.clock.advance(1000);
      assert.deepEqual(
        reader.told.map(({ event }) => event),
        ["snapshot"],
      );
      await reader.leave();
    });
  }

  it("sends a snapshot to a viewer that returns to another process, and then each reading once", async () => {
    const world = makeWeb();
    const first = await open(world);
    await world.clock.advance(20 * MINUTE_MS);
    world.handler.close();
    await first.done;
    await world.clock.advance(20 * MINUTE_MS);
    const again = makeWeb({ world });
    const second = await open(again, first.lastId);
    await world.clock.advance(20 * MINUTE_MS);
    await second.leave();
    assert.deepEqual(kept([...first.told, ...second.told]).slice(-12), range(0, 11));
    assert.equal(second.told[0]!.event, "snapshot");
    again.handler.close();
  });

  it("sends a snapshot when the service, which was down when the viewer came, can be read again", async () => {
    const world = makeWeb();
    const stop = world.simulator.inject({ status: 503 });
    const opening = open(world);
    const reader = await world.clock.runUntil(opening);
    await world.clock.advance(MINUTE_MS);
    assert.deepEqual(reader.told[0]!.data.wearers[0].readings, []);
    stop();
    await world.clock.advance(MINUTE_MS);
    assert.deepEqual(
      reader.told.map(({ event }) => event),
      ["snapshot", "snapshot"],
    );
    assert.equal(kept(reader.told).length, 288);
    const back = await open(world, reader.told[0]!.id);
    await world.clock.advance(1000);
    assert.equal(back.told[0]!.event, "snapshot");
    await Promise.all([reader.leave(), back.leave()]);
  });

  it("sends `stale` and `recovered`, and says in each tick that the service can't be read", async () => {
    const world = makeWeb();
    const reader = await open(world);
    await world.clock.advance(MINUTE_MS);
    const stop = world.simulator.inject({ status: 503 });
    await world.clock.advance(30 * MINUTE_MS);
    assert.equal(reader.events.at(-1)!.data.wearers[0].problem, "unreachable");
    stop();
    await world.clock.advance(10 * MINUTE_MS);
    const names = reader.told.map(({ event }) => event).filter((event) => event !== "reading");
    assert.deepEqual(names, ["snapshot", "stale", "recovered"]);
    const stale = reader.told.find(({ event }) => event === "stale")!;
    assert.ok(stale.data.isStale && stale.data.ageMs > 15 * MINUTE_MS && stale.data.ageMs < 16 * MINUTE_MS);
    assert.deepEqual(kept(reader.told).slice(-9), range(0, 8));
    await reader.leave();
  });

  it("sends the events of the alarms, and follows for the alarms even without viewers", async () => {
    const falling = readings(-12, 100).map((reading, index) => ({ ...reading, mgDl: index < 24 ? 100 : 60 }));
    const alarms = createAlarms({ low: true }, { unit: "mg/dL" });
    const world = makeWeb({ world: makeWorld(falling), alarms });
    await world.clock.advance(30 * MINUTE_MS);
    const reader = await open(world);
    await world.clock.advance(HOUR_MS);
    const told = reader.told.filter(({ event }) => event === "alarm");
    assert.deepEqual(
      told.map(({ data }) => `${data.event.type} ${data.event.rule}`),
      ["raised low", "reminder low"].slice(0, told.length),
    );
    assert.ok(told.length >= 1);
    const { wearers } = await world.json("/api/current");
    assert.deepEqual(wearers[0].alarms, [{ rule: "low", isAcknowledged: false, snoozedMinutes: 0 }]);
    world.handler.close();
    await reader.done;
  });

  it("cuts off a viewer that does not read, with a bounded buffer, and continues for the others", async () => {
    const world = makeWeb();
    const slow = (await world.get("/events")).body!.getReader();
    await slow.read();
    const reader = await open(world);
    await world.clock.advance(24 * HOUR_MS);
    assert.equal(reader.told.length, 1 + 288);
    let unread = 0;
    await assert.rejects(async () => {
      while (unread < 10_000_000) unread += Number((await slow.read()).value!.length);
    }, /too slowly/);
    assert.equal(unread, 0);
    await reader.leave();
    await world.clock.advance(HOUR_MS);
    assert.equal(world.clock.sleeping, 0);
  });

  it("refuses a viewer beyond `maxViewers`, and accepts one again when another leaves", async () => {
    const world = makeWeb({ maxViewers: 1 });
    const first = await open(world);
    const refused = await world.get("/events");
    assert.deepEqual([refused.status, refused.headers.get("retry-after")], [503, "30"]);
    await first.leave();
    await (await open(world)).leave();
  });

  it("forgets a viewer whose request is aborted", async () => {
    const world = makeWeb({ maxViewers: 1 });
    const controller = new AbortController();
    await world.get("/events", { signal: controller.signal });
    controller.abort();
    await (await open(world)).leave();
  });

  it("does not exist if the handler is not live", async () => {
    assert.equal((await makeWeb({ live: false }).get("/events")).status, 404);
  });

  it("leaves no feed of a closed handler in memory after hours", async () => {
    const world = makeWeb();
    const reader = await open(world);
    await world.clock.advance(HOUR_MS);
    assert.ok(world.upstream() > 11);
    world.handler.close();
    assert.equal(await reader.done, undefined);
    assert.equal(world.clock.sleeping, 0);
  });
});
