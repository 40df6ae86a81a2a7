/** Readings are shown although something beside them fails. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { createAlarms } from "../../src/alarms/index.ts";
import type { WearerOptions } from "../../src/web/index.ts";
import { HOUR_MS, makeWorld, MINUTE_MS, readings, SLOT_MS, START_MS } from "../watch/world.ts";
import { EventReader } from "./event-reader.ts";
import { makeWeb, type WebWorld } from "./world.ts";

const SECRET = "made-up-secret-1";
const SITE_HEADERS = { "api-secret": createHash("sha1").update(SECRET).digest("hex") };

const ARCHIVES: readonly (readonly [name: string, archive: NonNullable<WearerOptions["archive"]>])[] = [
  ["throws", { read: () => fail() }],
  // eslint-disable-next-line require-yield -- It never comes to that.
  ["hangs", { read: async function* () { await new Promise(() => undefined); } }], // prettier-ignore
];

function fail(): never {
  throw new Error("disk");
}

/** Waits for a response while time passes. */
async function passing<T>(world: WebWorld, response: Promise<T>): Promise<T> {
  await world.clock.advance(9000);
  return response;
}

for (const [name, archive] of ARCHIVES) {
  describe(`an archive that ${name}`, () => {
    it("leaves the present figure on the page, within the time for which its script waits", async () => {
      const world = makeWeb({ archive });
      await world.get("/");
      const response = await passing(world, world.get("/view?hours=336"));
      assert.equal(response.status, 200);
      const html = await response.text();
      assert.match(html, /data-figure="\d+"/);
      assert.match(html, /The archive can\u2019t be read\. This is the last day\./);
      assert.doesNotMatch(html, /last 14 days/);
    });

    it("makes JSON and pictures of more than a day 503, without the text of its error", async () => {
      const world = makeWeb({ archive });
      await world.get("/");
      for (const path of ["/api/readings?minutes=9000", "/api/statistics?hours=48", "/chart.svg?hours=48"]) {
        const response = await passing(world, world.get(path));
        assert.equal(response.status, 503);
        assert.match(await response.text(), /The archive can't be read/);
      }
    });

    it("leaves the newest readings to readers of Nightscout, but gives no list with a gap", async () => {
      const world = makeWeb({ archive, nightscout: { secret: SECRET } });
      await world.get("/");
      const ask = (path: string) => passing(world, world.get(path, { headers: SITE_HEADERS }));
      const newest = (await (await ask("/sgv.json?count=1")).json()) as unknown[];
      assert.equal(newest.length, 1);
      const from = START_MS - 72 * HOUR_MS;
      assert.equal((await ask(`/api/v1/entries.json?find[date][$gte]=${from}&count=1000`)).status, 503);
    });
  });
}

describe("alarms that throw", () => {
  for (const method of ["update", "tick", "report"] as const) {
    it(`in ${method}() don't stop the readings and the ticks, and the page says that they don't work`, async () => {
      const alarms = createAlarms({ low: true }, { unit: "mg/dL" });
      alarms[method] = fail;
      const world = makeWeb({ alarms });
      const reader = new EventReader(await world.get("/events"));
      await world.clock.advance(11 * MINUTE_MS);
      const count = (type: string): number => reader.events.filter(({ event }) => event === type).length;
      assert.equal(count("reading"), 3);
      assert.ok(count("tick") >= 40, String(count("tick")));
      const html = await (await world.get("/")).text();
      assert.match(html, /data-figure="102"/);
      assert.match(html, /The alarms don\u2019t work\./);
      await reader.leave();
      world.handler.close();
    });
  }
});

describe("a reading dated in the future", () => {
  it("is not current if it came before the handler was started: nobody knows when it was measured", async () => {
    const ahead = { mgDl: 250, datetime: START_MS + 2 * HOUR_MS, availableAt: START_MS - 6 * HOUR_MS };
    const world = makeWeb({ world: makeWorld([...readings(-287, -60), ahead]) });
    const { wearers } = await world.json("/api/current");
    assert.notEqual(wearers[0].reading.mgDl, 250);
    assert.equal(wearers[0].isStale, true);
    world.handler.close();
  });

  it("is current if it comes while the handler follows", async () => {
    const ahead = { mgDl: 250, datetime: START_MS + 2 * HOUR_MS, availableAt: START_MS + SLOT_MS + 18_000 };
    const world = makeWeb({ world: makeWorld([...readings(-287, 0), ahead]), alwaysOn: true });
    await world.clock.advance(6 * MINUTE_MS);
    const { wearers } = await world.json("/api/current");
    assert.deepEqual([wearers[0].reading.mgDl, wearers[0].isStale], [250, false]);
    world.handler.close();
  });
});

describe("viewers that come at the same time", () => {
  it("are no more than maxViewers, although all of them wait for the first reading", async () => {
    const world = makeWeb({ maxViewers: 2 });
    const responses = await Promise.all(Array.from({ length: 6 }, () => world.get("/events")));
    const statuses = responses.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [200, 200, 503, 503, 503, 503]);
    world.handler.close();
  });

  it("get 404 from /api/current for a wearer that does not exist", async () => {
    assert.equal((await makeWeb().get("/api/current?wearer=Nobody")).status, 404);
  });
});
