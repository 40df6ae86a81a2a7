/** What watch faces and followers read besides entries. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Trend } from "../../../src/glucose/trend.ts";
import { makeSite, MINUTE_MS, NEWEST, NOW, readings, SHA1 } from "./site.ts";

test("/pebble returns the newest reading as text, with its change", async () => {
  const site = makeSite(readings(96, 100));
  assert.deepEqual(await site.json("/pebble"), {
    status: [{ now: NOW }],
    bgs: [{ sgv: "100", trend: 4, direction: "Flat", datetime: NEWEST, bgdelta: 4 }],
    cals: [],
  });
});

for (const [figures, query, sgv, bgdelta] of [
  [[96, 100], "", "100", 4],
  [[100, 100], "", "100", 0],
  [[104, 100], "", "100", -4],
  [[100], "", "100", 0],
  [[45, 39], "", "39", 0],
  [[390, 401], "", "401", 0],
  [[96, 100], "&units=mmol", "5.6", "0.3"],
  [[105, 100], "&units=mmol", "5.6", "-0.2"],
  [[100, 101], "&units=mmol", "5.6", "0.0"],
  [[101, 100], "&units=mmol", "5.6", "0.0"],
  [[100], "&units=mmol", "5.6", "0.0"],
  [[109], "&units=mmol", "6.1", "0.0"],
] as const) {
  test(`/pebble with readings ${figures.join(", ")}${query}: sgv is ${sgv}, bgdelta ${JSON.stringify(bgdelta)}`, async () => {
    const { bgs } = await makeSite(readings(...figures)).json(`/pebble?count=2${query}`);
    assert.deepEqual([bgs.length, bgs[0].sgv, bgs[0].bgdelta], [figures.length, sgv, bgdelta]);
    assert.ok(bgs.slice(1).every((item: object) => !("bgdelta" in item)));
  });
}

test("/pebble returns an empty list if there are no readings", async () => {
  assert.deepEqual((await makeSite([]).json("/pebble?count=3")).bgs, []);
});

test("/sgv.json has the format of xDrip, with the units in the first entry only", async () => {
  const items = await makeSite(readings(96, 100), { units: "mmol" }).json("/sgv.json");
  const { _id, ...first } = items[0];
  assert.match(_id, /^[0-9a-f]{24}$/);
  assert.deepEqual(first, {
    device: "dexcom-share-ts",
    dateString: "2026-03-20T11:59:00.000Z",
    sysTime: "2026-03-20T11:59:00.000Z",
    utcOffset: 0,
    date: NEWEST,
    sgv: 100,
    delta: 4,
    direction: "Flat",
    noise: 1,
    type: "sgv",
    units_hint: "mmol",
  });
  assert.equal("units_hint" in items[1], false);
});

test("/sgv.json?brief_mode=Y has the fields that nightscout-clock reads", async () => {
  const items = await makeSite(readings(39, 96, 100)).json("/sgv.json?brief_mode=Y&count=2");
  assert.deepEqual(items, [
    { date: NEWEST, sgv: 100, delta: 4, direction: "Flat", noise: 1, units_hint: "mgdl" },
    { date: NEWEST - 5 * MINUTE_MS, sgv: 96, delta: 0, direction: "Flat", noise: 1 },
  ]);
});

test("/sgv.json returns 24 readings by default", async () => {
  const site = makeSite(readings(...Array<number>(30).fill(100)));
  assert.equal((await site.json("/sgv.json")).length, 24);
  assert.equal((await site.json("/sgv.json?count=29")).length, 29);
});

test("/api/v2/properties returns the newest reading, its change and its direction", async () => {
  const { bgnow, delta, direction } = await makeSite(readings(96, 100)).json("/api/v2/properties");
  const id = bgnow.sgvs[0]._id;
  const common = { device: "dexcom-share-ts", direction: "Flat", type: "sgv" };
  assert.deepEqual(bgnow, {
    mean: 100,
    last: 100,
    mills: NEWEST,
    sgvs: [{ _id: id, mgdl: 100, mills: NEWEST, ...common }],
  });
  const { previous, ...rest } = delta;
  assert.deepEqual(rest, {
    absolute: 4,
    elapsedMins: 5,
    interpolated: false,
    mean5MinsAgo: 96,
    mgdl: 4,
    scaled: 4,
    display: "+4",
  });
  assert.deepEqual([previous.mean, previous.last, previous.mills], [96, 96, NEWEST - 5 * MINUTE_MS]);
  assert.deepEqual(direction, { display: null, value: "Flat", label: "→", entity: "&#8594;" });
});

for (const [path, names] of [
  ["/bgnow", ["bgnow"]],
  ["/bgnow,delta,direction", ["bgnow", "delta", "direction"]],
  ["/direction,iob", ["direction"]],
  ["/bgnow%2Cdelta", ["bgnow", "delta"]],
  ["/iob", []],
  ["/", ["bgnow", "delta", "direction"]],
] as const) {
  test(`/api/v2/properties${path} returns ${names.join(", ") || "no property"}`, async () => {
    assert.deepEqual(Object.keys(await makeSite(readings(96, 100)).json(`/api/v2/properties${path}`)), names);
  });
}

test("/api/v2/properties is empty if the newest reading is older than 15 minutes", async () => {
  const site = makeSite(readings(96, 100));
  await site.clock.advance(14 * MINUTE_MS);
  assert.deepEqual(Object.keys(await site.json("/api/v2/properties")), ["bgnow", "delta", "direction"]);
  await site.clock.advance(1);
  assert.deepEqual(await site.json("/api/v2/properties"), {});
  assert.deepEqual(await makeSite([]).json("/api/v2/properties"), {});
});

/** Ages in minutes and figures, newest first, and the change that is shown. */
for (const [what, points, units, expected] of [
  ["rising", [[1, 110], [6, 100]], "mg/dl", ["+10", 10, false]], // prettier-ignore
  ["falling", [[1, 100], [6, 110]], "mg/dl", ["-10", -10, false]], // prettier-ignore
  ["steady", [[1, 100], [6, 100]], "mg/dl", ["+0", 0, false]], // prettier-ignore
  ["in mmol/L", [[1, 110], [6, 100]], "mmol", ["+0.5", 0.5, false]], // prettier-ignore
  ["over a missing reading", [[1, 110], [11, 100]], "mg/dl", ["+5 *", 5, true]], // prettier-ignore
  ["over two missing readings", [[1, 130], [16, 100]], "mg/dl", ["+10 *", 10, true]], // prettier-ignore
  ["over 9 minutes", [[1, 109], [10, 100]], "mg/dl", ["+9", 9, false]], // prettier-ignore
  ["of means, for a sensor that reads every minute", [[1, 104], [2, 102], [6, 100], [7, 98]], "mg/dl", ["+4", 4, false]], // prettier-ignore
  ["over more than four buckets", [[1, 110], [21, 100]], "mg/dl", undefined], // prettier-ignore
  ["of one reading", [[1, 110]], "mg/dl", undefined], // prettier-ignore
  ["to LOW", [[1, 39], [6, 50]], "mg/dl", undefined], // prettier-ignore
  ["from HIGH", [[1, 390], [6, 401]], "mg/dl", undefined], // prettier-ignore
] as const) {
  test(`/api/v2/properties shows the change ${what}`, async () => {
    const source = points.map(([minutes, mgDl]) => ({ mgDl, datetime: new Date(NOW - minutes * MINUTE_MS) }));
    const { bgnow, delta } = await makeSite(source.reverse(), { units }).json("/api/v2/properties/bgnow,delta");
    assert.deepEqual(delta && [delta.display, delta.scaled, delta.interpolated], expected);
    assert.equal(bgnow.last, points[0][1]);
  });
}

test("/api/v2/properties has LOW as the last figure, and leaves it out of the mean", async () => {
  const { bgnow } = await makeSite(readings(50, 39)).json("/api/v2/properties/bgnow");
  assert.deepEqual([bgnow.last, "mean" in bgnow, bgnow.sgvs[0].mgdl], [39, false, 39]);
});

test("/api/v2/properties has the arrow of each trend", async () => {
  const labels: string[] = [];
  for (let trend = 0; trend < 10; trend++) {
    const [point] = readings(100);
    const { direction } = await makeSite([{ ...point!, trend: trend as Trend }]).json("/api/v2/properties/direction");
    assert.equal(direction.entity, `&#${direction.label.codePointAt(0)};`);
    labels.push(direction.label);
  }
  assert.equal(labels.join(" "), "⇼ ⇈ ↑ ↗ → ↘ ↓ ⇊ - ⇕");
});

test("every path requires credentials, and allows GET and HEAD only", async () => {
  for (const path of ["/pebble", "/sgv.json", "/api/v2/properties"]) {
    const site = makeSite(readings(100));
    assert.equal((await site.ask(path, { headers: {} })).status, 401);
    assert.equal((await site.ask(path, { method: "POST" })).status, 405);
    assert.equal((await site.ask(path, { method: "HEAD" })).status, 200);
    assert.equal((await site.ask(path, { headers: { "api-secret": SHA1 } })).status, 200);
  }
});
