import assert from "node:assert/strict";
import { test } from "node:test";
import { DexcomError, RateLimitError, ServerError, TimeoutError } from "../../src/errors.ts";
import { NightscoutError } from "../../src/nightscout/nightscout-error.ts";
import { ago, DAY_MS, every5, makeBench, MINUTE_MS, NOW, post, SECRET, SHA1 } from "./bench.ts";

const GET = "GET /api/v1/entries.json 200";
const POST = "POST /api/v1/entries.json 200";

test("a reading is stored as an entry, under its own instant", async () => {
  const { uploader, simulator, run, requests } = makeBench();
  assert.deepEqual(await run(uploader.upload([ago(1, 101)])), { uploaded: 1, present: 0, skipped: 0 });
  const [entry] = simulator.nightscoutEntries;
  assert.deepEqual(entry, {
    _id: entry!._id,
    sysTime: entry!.sysTime,
    utcOffset: 0,
    mills: NOW - MINUTE_MS,
    type: "sgv",
    sgv: 101,
    date: NOW - MINUTE_MS,
    dateString: "2026-03-20T11:59:00.000Z",
    trend: 4,
    direction: "Flat",
    device: "dexcom-share-ts",
  });
  assert.deepEqual(requests(), [GET, POST]);
});

test("the site's last 24 hours are read before the first batch, and after that a reading is one request", async () => {
  const bench = makeBench();
  await bench.run(bench.uploader.upload([ago(1)]));
  const [first] = bench.simulator.requests;
  assert.deepEqual(first?.arguments, { "find[date][$gte]": String(NOW - DAY_MS - 2 * MINUTE_MS), count: "10000" });
  await bench.clock.advance(5 * MINUTE_MS);
  await bench.run(bench.uploader.upload([ago(-4)]));
  assert.deepEqual(bench.requests(), [GET, POST, POST]);
});

test("readings are left out for as long as another uploader stores them first, and then are one request again", async () => {
  const bench = makeBench();
  const results: number[] = [];
  for (let slot = 0; slot < 12; slot++) {
    const date = NOW + (slot * 5 - 1) * MINUTE_MS;
    if (slot < 6) await post(bench, { type: "sgv", sgv: 100, date: date + 7000 });
    const { uploaded } = await bench.run(bench.uploader.upload([ago(1 - slot * 5)]));
    results.push(uploaded);
    await bench.clock.advance(5 * MINUTE_MS);
  }
  assert.deepEqual(results, [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
  assert.deepEqual(bench.requests().slice(-3), [POST, POST, POST]);
});

test("batches hold 288 entries at most, oldest first, in whatever order the readings come", async () => {
  const bench = makeBench();
  const points = every5(600);
  const result = await bench.run(bench.uploader.upload(points.toReversed()));
  assert.deepEqual(result, { uploaded: 600, present: 0, skipped: 0 });
  const uploads = bench.events.flatMap((event) => (event.type === "uploaded" ? [event] : []));
  assert.deepEqual(
    uploads.map(({ count }) => count),
    [288, 288, 24],
  );
  assert.deepEqual(uploads[0]?.from, points[0]?.datetime);
  assert.ok(uploads[0]!.to < uploads[1]!.from && uploads[1]!.to < uploads[2]!.from);
});

test("batchSize limits what a request holds", async () => {
  const bench = makeBench({ batchSize: 9 });
  await bench.run(bench.uploader.upload(every5(20)));
  assert.deepEqual(
    bench.events.map((event) => (event.type === "uploaded" ? event.count : event.type)),
    [9, 9, 2],
  );
});

test("uploading the same readings again sends nothing, and a new uploader compares first", async () => {
  const bench = makeBench();
  await bench.run(bench.uploader.upload(every5(288)));
  assert.deepEqual(await bench.run(bench.uploader.upload(every5(288))), { uploaded: 0, present: 288, skipped: 0 });
  assert.deepEqual(bench.requests(), [GET, POST]);
  assert.deepEqual(await bench.run(bench.another().upload(every5(288))), { uploaded: 0, present: 288, skipped: 0 });
  assert.deepEqual(bench.requests(), [GET, POST, GET]);
  assert.equal(bench.held().length, 288);
});

test("a history of weeks is compared, too", async () => {
  const bench = makeBench();
  const points = every5(14 * 288);
  await bench.run(bench.uploader.upload(points.slice(0, 1000)));
  const result = await bench.run(bench.another().upload(points));
  assert.deepEqual(result, { uploaded: points.length - 1000, present: 1000, skipped: 0 });
  assert.equal(bench.held().length, points.length);
});

for (const [what, seconds, isThere] of [
  ["60 s before", -60, true],
  ["60 s after", 60, true],
  ["5 s after", 5, true],
  ["61 s before", -61, false],
  ["61 s after", 61, false],
] as const) {
  test(`a reading ${isThere ? "is left out" : "is uploaded"} if another uploader's entry is ${what}`, async () => {
    const bench = makeBench();
    await post(bench, { type: "sgv", sgv: 100, date: NOW - 10 * MINUTE_MS + seconds * 1000 });
    const result = await bench.run(bench.uploader.upload([ago(10)]));
    assert.deepEqual([result.uploaded, result.present], isThere ? [0, 1] : [1, 0]);
  });
}

test("a sensor that reads every minute loses no reading, also over a restart", async () => {
  const bench = makeBench();
  const minutes = Array.from({ length: 60 }, (_, index) => ago(60 - index));
  await bench.run(bench.uploader.upload(minutes.slice(0, 30)));
  await bench.run(bench.another().upload(minutes));
  assert.equal(bench.held().length, 60);
});

test("readings that fill a gap are uploaded, although the site has newer ones", async () => {
  const bench = makeBench();
  await bench.run(bench.uploader.upload([ago(20), ago(5)]));
  await bench.run(bench.uploader.upload([ago(20), ago(15), ago(10), ago(5)]));
  assert.deepEqual(bench.held(), [20, 15, 10, 5]);
  assert.deepEqual(bench.requests(), [GET, POST, POST]);
});

test("after a pause the uploader compares again, because another one may have filled it", async () => {
  const bench = makeBench();
  await bench.run(bench.uploader.upload([ago(1)]));
  await bench.clock.advance(30 * MINUTE_MS);
  await post(bench, { type: "sgv", sgv: 100, date: NOW + 10 * MINUTE_MS + 4000 });
  const result = await bench.run(bench.uploader.upload([ago(-10), ago(-15)]));
  assert.deepEqual([result.uploaded, result.present], [1, 1]);
});

test("a figure below 39 is not uploaded, and the event says so", async () => {
  const bench = makeBench();
  const result = await bench.run(bench.uploader.upload([ago(10, 38), ago(5, 39)]));
  assert.deepEqual(result, { uploaded: 1, present: 0, skipped: 1 });
  assert.deepEqual(bench.events[0], { type: "skipped", reason: "below-39", datetime: ago(10).datetime, mgDl: 38 });
});

test("a reading that is ahead is not uploaded, and the event says so", async () => {
  const bench = makeBench();
  const marked = { ...ago(-3), isAhead: true } as const;
  const result = await bench.run(bench.uploader.upload([ago(5), marked, ago(-6)]));
  assert.deepEqual(result, { uploaded: 1, present: 0, skipped: 2 });
  assert.deepEqual(
    bench.events.map((event) => (event.type === "skipped" ? event.reason : event.type)),
    ["ahead", "ahead", "uploaded"],
  );
  await bench.run(bench.uploader.upload([marked, ago(0)]));
  assert.equal(bench.events.filter(({ type }) => type === "skipped").length, 2);
  assert.deepEqual(bench.held(), [5, 0]);
});

test("only a reading that is ahead by the site's time and by our own is ahead", async () => {
  const bench = makeBench();
  const clock = bench.clock.withOffset(-60 * MINUTE_MS);
  const result = await bench.run(bench.another({ clock }).upload([ago(5)]));
  assert.equal(result.uploaded, 1);
});

test("two readings less than 30 s apart are one", async () => {
  const bench = makeBench();
  const twice = { ...ago(5), datetime: new Date(ago(5).datetime.getTime() + 29_999) };
  assert.deepEqual(await bench.run(bench.uploader.upload([ago(5), twice])), { uploaded: 1, present: 1, skipped: 0 });
  assert.deepEqual(bench.held(), [5]);
});

test("latest() is the newest reading that is not dated in the future; undefined if there is none", async () => {
  const bench = makeBench();
  assert.equal(await bench.run(bench.uploader.latest()), undefined);
  await post(bench, { type: "sgv", sgv: 90, date: NOW + 60 * MINUTE_MS }, { type: "cal", date: NOW });
  await bench.run(bench.uploader.upload([ago(10), ago(5, 123)]));
  assert.deepEqual(await bench.run(bench.uploader.latest()), ago(5, 123));
});

test("an outage is retried, and a lost response doubles nothing", async () => {
  const bench = makeBench();
  bench.simulator.inject({ status: 503, times: 1 });
  bench.simulator.inject({
    drop: "before-headers",
    isProcessed: true,
    times: 1,
    when: ({ method }) => method === "POST",
  });
  assert.equal((await bench.run(bench.uploader.upload([ago(5)]))).uploaded, 1);
  assert.deepEqual(bench.held(), [5]);
  assert.deepEqual(bench.requests(), [
    "GET /api/v1/entries.json 503",
    GET,
    "POST /api/v1/entries.json undefined",
    POST,
  ]);
});

/** What goes wrong at a request of the site, and the error that it makes. */
for (const [what, injection, type, code] of [
  ["a rate limit", { status: 429 }, RateLimitError, "RATE_LIMITED"],
  ["an outage", { status: 502 }, ServerError, "UNEXPECTED_RESPONSE"],
  ["a page in place of data", { status: 200, body: "<html>" }, ServerError, "INVALID_JSON"],
  ["JSON of another form", { status: 200, body: '{"status":"ok"}' }, ServerError, "UNEXPECTED_RESPONSE"],
  ["a redirect", { status: 301, headers: { location: "https://elsewhere.example/" } }, ServerError, "UNEXPECTED_RESPONSE"], // prettier-ignore
  ["a site that hangs", { delayMs: Infinity }, TimeoutError, "DEADLINE_EXCEEDED"],
  ["a lack of permission", { status: 403 }, NightscoutError, "NIGHTSCOUT_REFUSED"],
  ["a body that is too large", { status: 413 }, NightscoutError, "NIGHTSCOUT_REJECTED"],
  ["a stack trace", { status: 400, body: "SyntaxError" }, NightscoutError, "NIGHTSCOUT_REJECTED"],
] as const) {
  test(`${what} is ${code}, and repeats no secret`, async () => {
    const bench = makeBench();
    bench.simulator.inject(injection);
    const error: unknown = await bench.run(bench.uploader.upload([ago(5)]).catch((reason: unknown) => reason));
    assert.ok(error instanceof type && error instanceof DexcomError, String(error));
    assert.equal(error.code, code);
    assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)}`, new RegExp(`${SECRET}|${SHA1}`));
  });
}

test("a rejected upload compares again before the next one", async () => {
  const bench = makeBench();
  await bench.run(bench.uploader.upload([ago(10)]));
  const stop = bench.simulator.inject({ status: 413 });
  await assert.rejects(bench.run(bench.uploader.upload([ago(5)])), { code: "NIGHTSCOUT_REJECTED", status: 413 });
  stop();
  await post(bench, { type: "sgv", sgv: 100, date: NOW - 5 * MINUTE_MS + 2000 });
  assert.equal((await bench.run(bench.uploader.upload([ago(5)]))).present, 1);
});

test("a clock that takes uploads itself and keeps no entries is fed, too", async () => {
  const bodies: unknown[] = [];
  const paths: string[] = [];
  const device: typeof fetch = async (input, init) => {
    const { pathname } = new URL(input);
    paths.push(`${init!.method} ${pathname}`);
    if (pathname !== "/api/v1/entries" || init!.method !== "POST") return new Response("", { status: 404 });
    bodies.push(...(JSON.parse(init!.body as string) as object[]));
    return Response.json({ status: "ok" });
  };
  const { another } = makeBench();
  const uploader = another({ fetch: device, batchSize: 9 });
  assert.equal((await uploader.upload([ago(10), ago(5)])).uploaded, 2);
  assert.equal((await uploader.upload([ago(0)])).uploaded, 1);
  assert.equal(bodies.length, 3);
  assert.deepEqual(paths, [
    "GET /api/v1/entries.json",
    "POST /api/v1/entries.json",
    "POST /api/v1/entries",
    "POST /api/v1/entries",
  ]);
});

test("an abort rejects with the signal's reason, and an aborted signal sends nothing", async () => {
  const bench = makeBench();
  const reason = new Error("enough");
  await assert.rejects(bench.uploader.upload([ago(5)], { signal: AbortSignal.abort(reason) }), reason);
  assert.deepEqual(bench.requests(), []);
  bench.simulator.inject({ delayMs: Infinity });
  const controller = new AbortController();
  const upload = bench.uploader.upload([ago(5)], { signal: controller.signal });
  upload.catch(() => undefined);
  await bench.clock.advance(1000);
  controller.abort(reason);
  await assert.rejects(upload, reason);
  assert.equal(bench.clock.sleeping, 0);
});

test("an empty list, and one of readings that are left out, sends nothing", async () => {
  const bench = makeBench();
  assert.deepEqual(await bench.uploader.upload([]), { uploaded: 0, present: 0, skipped: 0 });
  assert.deepEqual(await bench.uploader.upload([ago(5, 20)]), { uploaded: 0, present: 0, skipped: 1 });
  assert.deepEqual(bench.requests(), []);
});
