/** The reads of Nightscout's API in the handler. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { MemoryArchive } from "../../src/archive/memory-archive.ts";
import { ArgumentError } from "../../src/errors.ts";
import { bearer, createHandler } from "../../src/web/index.ts";
import { makeWeb, ORIGIN, TOKEN } from "./world.ts";

const SECRET = "made-up-secret-1";
const HEADERS = { "api-secret": createHash("sha1").update(SECRET).digest("hex") };
const DAY_MS = 86_400_000;
const nightscout = { secret: SECRET };

test("clocks and followers read the wearer's readings, newest first", async () => {
  const { get, json, handler } = makeWeb({ nightscout });
  const entries = (await (await get("/api/v1/entries.json?count=2", { headers: HEADERS })).json()) as { sgv: number; date: number }[]; // prettier-ignore
  const { readings } = await json("/api/readings?count=2");
  assert.deepEqual(
    entries.map(({ sgv, date }) => [sgv, date]),
    readings.map(({ mgDl, datetime }: { mgDl: number; datetime: string }) => [mgDl, Date.parse(datetime)]),
  );
  assert.equal((await get("/api/v1/entries.json")).status, 401);
  assert.equal((await get("/pebble", { headers: HEADERS })).status, 200);
  handler.close();
});

test("the token of the page gives no access to the Nightscout paths, nor the Nightscout secret to the page", async () => {
  const { get, handler } = makeWeb({ nightscout, authorize: bearer(TOKEN) });
  const authorization = { authorization: `Bearer ${TOKEN}` };
  assert.equal((await get("/api/v1/entries.json", { headers: authorization })).status, 401);
  assert.equal((await get(`/api/v1/entries.json?token=${TOKEN}`)).status, 401);
  assert.equal((await get("/api/current", { headers: HEADERS })).status, 401);
  assert.equal((await get("/api/v1/entries.json", { headers: HEADERS })).status, 200);
  handler.close();
});

test("the Nightscout paths are below the base path, and all other paths stay those of the page", async () => {
  const { get, handler } = makeWeb({ nightscout, basePath: "/glucose" });
  assert.equal((await get("/glucose/api/v1/status.json", { headers: HEADERS })).status, 200);
  assert.equal((await get("/api/v1/status.json", { headers: HEADERS })).status, 404);
  assert.equal((await get("/glucoseapi/v1/status.json", { headers: HEADERS })).status, 404);
  assert.equal((await get("/glucose/elsewhere", { headers: HEADERS })).status, 404);
  handler.close();
});

test("units and thresholds are those of the page by default", async () => {
  const { get, handler } = makeWeb({
    nightscout: { ...nightscout, thresholds: { bgLow: 60 } },
    unit: "mmol/L",
    band: { low: 72, high: 160 },
  });
  const { settings } = (await (await get("/api/v1/status.json", { headers: HEADERS })).json()) as any;
  assert.equal(settings.units, "mmol");
  assert.deepEqual(settings.thresholds, { bgHigh: 260, bgTargetTop: 160, bgTargetBottom: 72, bgLow: 60 });
  handler.close();
});

test("readings older than a day come from the archive, each once", async () => {
  const archive = new MemoryArchive();
  const { get, json, handler, own } = makeWeb({ nightscout, of: () => ({ archive }) });
  const { readings } = await json("/api/readings?minutes=1440&count=288");
  const oldest = Date.parse(readings.at(-1).datetime);
  await archive.add([
    { mgDl: 70, datetime: new Date(own.now() - 2 * DAY_MS) },
    { mgDl: 71, datetime: new Date(oldest) },
  ]);
  const read = async (query: string): Promise<{ sgv: number; date: number }[]> =>
    (await get(`/api/v1/entries.json?count=1000${query}`, { headers: HEADERS })).json() as never;
  const all = await read("");
  assert.equal(all.length, (readings as unknown[]).length + 1);
  assert.equal(all.at(-1)!.sgv, 70);
  assert.deepEqual(
    (await read(`&find[date][$lt]=${oldest}`)).map(({ sgv }) => sgv),
    [70],
  );
  handler.close();
});

test("wrong secrets are counted by the client's address", async () => {
  const { get, handler } = makeWeb({
    nightscout,
    clientAddress: ({ headers }) => headers.get("x-address") ?? undefined,
  });
  const ask = async (address: string, secret: string): Promise<number> =>
    (await get("/api/v1/entries.json", { headers: { "x-address": address, "api-secret": secret } })).status;
  for (let guess = 0; guess < 10; guess++) assert.equal(await ask("192.0.2.1", `guess ${guess}`), 401);
  assert.equal(await ask("192.0.2.1", "guess 10"), 429);
  assert.equal(await ask("192.0.2.2", HEADERS["api-secret"]), 200);
  handler.close();
});

test("without the option there are no Nightscout paths; an invalid option throws without repeating a secret", async () => {
  const { get, handler, dexcom } = makeWeb();
  assert.equal((await get("/api/v1/entries.json", { headers: HEADERS })).status, 404);
  handler.close();
  for (const [given, message] of [
    [{}, "Give secret, token or both"],
    [{ secret: SECRET, wearer: "Anna" }, "nightscout.wearer must be a name in sources"],
    [{ secrets: SECRET }, "nightscout has no secrets; did you mean secret?"],
    [true, "nightscout must be an object with secret or token"],
  ] as const) {
    assert.throws(
      () => createHandler({ source: dexcom, public: true, nightscout: given as never }),
      new ArgumentError(message),
    );
  }
});

test("POST gets 405, and a Host that is not listed gets 421", async () => {
  const { get, handler } = makeWeb({ nightscout, hosts: [new URL(ORIGIN).hostname] });
  const init = { method: "POST", headers: HEADERS };
  assert.equal((await get("/api/v1/entries.json", init)).status, 405);
  const strange = await get("http://elsewhere.example/api/v1/entries.json", { headers: HEADERS });
  assert.notEqual(strange.status, 200);
  handler.close();
});
