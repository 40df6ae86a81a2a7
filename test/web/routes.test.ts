import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MemoryArchive } from "../../src/archive/index.ts";
import { HOUR_MS, makeWorld, MINUTE_MS, readings, SLOT_MS, START_MS } from "../watch/world.ts";
import { makeWeb } from "./world.ts";

describe("/api/current", () => {
  it("returns the newest reading with its change and its age", async () => {
    const world = makeWeb();
    await world.clock.advance(MINUTE_MS);
    const { now, wearers } = await world.json("/api/current");
    assert.equal(now, new Date(START_MS + MINUTE_MS).toISOString());
    assert.equal(wearers.length, 1);
    const [{ reading, ...rest }] = wearers;
    assert.equal(reading.mgDl, 100);
    assert.equal(reading.datetime, new Date(START_MS).toISOString());
    assert.deepEqual(rest, { delta: -99, ageMs: MINUTE_MS, isStale: false, checkedAt: now, problem: null });
  });

  it("says that the reading is stale, and why the service can't be read", async () => {
    const world = makeWeb();
    await world.get("/api/current");
    world.simulator.inject({ status: 503 });
    await world.clock.advance(10 * MINUTE_MS);
    const early = await world.json("/api/current");
    assert.deepEqual([early.wearers[0].isStale, early.wearers[0].problem], [false, "unreachable"]);
    await world.clock.advance(12 * MINUTE_MS);
    const [late] = (await world.json("/api/current")).wearers;
    assert.deepEqual([late.isStale, late.problem], [true, "unreachable"]);
    assert.ok(late.ageMs > 15 * MINUTE_MS);
    assert.ok(Date.parse(late.checkedAt) < START_MS + 6 * MINUTE_MS);
  });

  it("responds with 503 and the reason until the first reading can be read", async () => {
    const world = makeWeb();
    const stop = world.simulator.inject({ status: 503 });
    const response = await world.clock.runUntil(world.get("/api/current"));
    assert.equal(response.status, 503);
    assert.equal(((await response.json()) as any).wearers[0].problem, "unreachable");
    stop();
    await world.clock.advance(MINUTE_MS);
    assert.equal((await world.get("/api/current")).status, 200);
  });

  it("waits no longer than ten seconds for a service that does not respond", async () => {
    const world = makeWeb();
    world.simulator.inject({ delayMs: Infinity });
    const response = await world.clock.runUntil(world.get("/api/current"));
    assert.equal(response.status, 503);
    assert.ok(world.clock.now() - START_MS <= 10_000, String(world.clock.now() - START_MS));
  });

  it("says that the login is refused, and sends the password again only after the cool-down", async () => {
    const world = makeWeb();
    world.simulator.changePassword("someone@example.com", "another");
    const response = await world.get("/api/current");
    assert.equal(((await response.json()) as any).wearers[0].problem, "refused");
    for (let minute = 0; minute < 9; minute++) {
      await world.clock.advance(MINUTE_MS);
      await world.get("/api/current");
    }
    assert.equal(world.count("AuthenticatePublisherAccount"), 1);
    world.simulator.changePassword("someone@example.com", "secret");
    await world.clock.advance(4 * MINUTE_MS);
    assert.equal((await world.json("/api/current")).wearers[0].problem, null);
  });

  it("computes the age by the service's clock, even if the clock of this machine is wrong", async () => {
    const world = makeWeb({ world: makeWorld(readings(-287, 100), { errorMs: -5 * HOUR_MS }) });
    await world.get("/api/current");
    await world.clock.advance(MINUTE_MS);
    const { now, wearers } = await world.json("/api/current");
    assert.ok(Math.abs(Date.parse(now) - START_MS - MINUTE_MS) < 2000, now);
    assert.equal(wearers[0].isStale, false);
  });
});

describe("/api/readings", () => {
  it("returns the last 24 hours, newest first, or the part that the query selects", async () => {
    const world = makeWeb();
    await world.clock.advance(MINUTE_MS);
    const all = (await world.json("/api/readings")).readings;
    assert.equal(all.length, 288);
    assert.equal(all[0].datetime, new Date(START_MS).toISOString());
    assert.equal((await world.json("/api/readings?minutes=61")).readings.length, 13);
    assert.deepEqual((await world.json("/api/readings?count=2")).readings, all.slice(0, 2));
  });

  it("returns a reading that arrived late once, at its place", async () => {
    const delay = (slot: number): number => (slot === 3 ? 3 * SLOT_MS : 18_000);
    const world = makeWeb({ world: makeWorld(readings(-12, 100, delay)) });
    await world.get("/api/current");
    await world.clock.advance(8 * SLOT_MS);
    const times = (await world.json("/api/readings?minutes=60")).readings.map(({ datetime }: any) => datetime);
    assert.deepEqual(times, [...new Set(times)].sort().reverse());
    assert.ok(times.includes(new Date(START_MS + 3 * SLOT_MS).toISOString()));
  });

  for (const query of ["minutes=0", "minutes=1441", "minutes=1e3", "count=-1", "minutes=", "count=289"]) {
    it(`responds with an error to ?${query}`, async () => {
      const response = await makeWeb().get(`/api/readings?${query}`);
      assert.equal(response.status, 400);
      assert.match(((await response.json()) as any).error, /must be a whole number/);
    });
  }

  it("returns readings older than a day from the archive", async () => {
    const archive = new MemoryArchive();
    const day = 24 * HOUR_MS;
    await archive.add(
      [3, 2].map((days) => ({ mgDl: 150, datetime: new Date(START_MS - days * day), timezone: "-0400" })),
    );
    // The archive keeps the readings of the last day as well.
    await archive.add([{ mgDl: 100, datetime: new Date(START_MS) }]);
    const world = makeWeb({ archive });
    const { readings: found } = await world.json("/api/readings?minutes=4320");
    assert.equal(found.length, 288 + 2 - 1);
    assert.equal(found.at(-1).mgDl, 150);
    assert.equal(found.at(-1).trendDirection, "NotComputable");
  });
});

describe("/api/statistics and /chart.svg", () => {
  it("summarize and draw the requested hours", async () => {
    const world = makeWeb();
    const summary = await world.json("/api/statistics?hours=6");
    assert.ok(summary.readings > 65 && summary.readings <= 72, String(summary.readings));
    const response = await world.get("/chart.svg?hours=3&width=400&height=200&theme=e-ink&unit=mmol");
    assert.equal(response.headers.get("content-type"), "image/svg+xml");
    const svg = await response.text();
    assert.match(svg, /^<svg [^>]*width="400" height="200"/);
    assert.match(svg, /mmol\/L/);
  });

  for (const path of [
    "/chart.svg?theme=pink",
    "/chart.svg?width=1e9",
    "/chart.svg?hours=25",
    "/api/statistics?hours=25",
  ]) {
    it(`respond with an error to ${path}`, async () => {
      assert.equal((await makeWeb().get(path)).status, 400);
    });
  }
});

describe("several wearers", () => {
  const two = () => {
    const other = makeWorld(readings(-5, 5));
    return makeWeb({ of: ({ dexcom }) => ({ sources: { Anna: dexcom, Ben: { source: other.dexcom } } }) });
  };

  it("are listed in the given order, and named", async () => {
    const { wearers } = await two().json("/api/current");
    assert.deepEqual(
      wearers.map(({ wearer }: any) => wearer),
      ["Anna", "Ben"],
    );
  });

  it("have their readings at ?wearer= with their name", async () => {
    const world = two();
    assert.equal((await world.get("/api/readings")).status, 400);
    assert.equal((await world.get("/api/readings?wearer=Carl")).status, 404);
    assert.equal((await world.json("/api/readings?wearer=Ben")).readings.length, 5);
  });
});
