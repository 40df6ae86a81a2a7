import assert from "node:assert/strict";
import { test } from "node:test";
import { makeSite, MINUTE_MS, NEWEST, NOW, readings, SHA1, TOKEN } from "./site.ts";

const DAY_MS = 86_400_000;

test("an entry has the fields that Nightscout sends", async () => {
  const [entry, ...others] = await makeSite(readings(100, 104)).json("/api/v1/entries.json?count=1");
  assert.deepEqual(others, []);
  const { _id, ...fields } = entry;
  assert.match(_id, /^[0-9a-f]{24}$/);
  assert.deepEqual(fields, {
    type: "sgv",
    sgv: 104,
    date: NEWEST,
    dateString: "2026-03-20T11:59:00.000Z",
    trend: 4,
    direction: "Flat",
    device: "dexcom-share-ts",
    sysTime: "2026-03-20T11:59:00.000Z",
    utcOffset: 0,
    mills: NEWEST,
  });
});

test("each entry has its own id, which is the same in every response", async () => {
  const site = makeSite(readings(...Array<number>(288).fill(100)));
  const ids = (await site.json("/api/v1/entries.json?count=288")).map(({ _id }: { _id: string }) => _id);
  assert.equal(new Set(ids).size, 288);
  assert.equal((await site.json("/api/v1/entries/current.json"))[0]._id, ids[0]);
});

const LAST_HOUR = encodeURIComponent("find[date][$gte]");

/** Requests as clients send them, and the figures that they get. */
for (const [client, target, init, figures] of [
  [
    "nightscout-clock",
    `/api/v1/entries?find[date][$gt]=${NEWEST - 10 * MINUTE_MS}&find[date][$lte]=${NEWEST}&count=3`,
    { headers: { "api-secret": SHA1, accept: "application/json" } },
    [105, 104],
  ],
  ["xDrip", "/api/v1/entries.json?count=2", {}, [105, 104]],
  ["xDrip, later", `/api/v1/entries.json?count=10&find[date][$gt]=${NEWEST - 5 * MINUTE_MS}`, {}, [105]],
  ["Home Assistant", "/api/v1/entries/sgv.json", { headers: { "api-secret": `token=${TOKEN}` } }, [105, 104, 103, 102]],
  [
    "LoopFollow",
    `/api/v1/entries.json?find[date][$gte]=${NEWEST - 5 * MINUTE_MS}&find[type][$ne]=cal&count=1152&token=${TOKEN}`,
    { headers: {} },
    [105, 104],
  ],
  [
    "nightscout-connect",
    `/api/v1/entries.json?find%5BdateString%5D%5B%24gt%5D=${new Date(NEWEST - 5 * MINUTE_MS).toISOString()}&count=10`,
    {},
    [105],
  ],
  ["a shell prompt", `/api/v1/entries.json?count=1&token=${TOKEN}`, { headers: {} }, [105]],
  ["a watch face", "/api/v1/entries/sgv.json?count=3", {}, [105, 104, 103]],
  ["anybody who asks for the newest", "/api/v1/entries/current.json", {}, [105]],
  ["a client that encodes brackets", `/api/v1/entries.json?${LAST_HOUR}=${NEWEST}`, {}, [105]],
  ["a client that asks for one type", "/api/v1/entries.json?find[type]=sgv&count=2", {}, [105, 104]],
  ["a client that asks for another type", "/api/v1/entries.json?find[type][$eq]=cal", {}, []],
  ["a client that asks for one instant", `/api/v1/entries.json?find[date][$eq]=${NEWEST}`, {}, [105]],
  ["a client that leaves one instant out", `/api/v1/entries.json?find[date][$ne]=${NEWEST}`, {}, [104, 103, 102]],
  ["a client that asks for lows", "/api/v1/entries.json?find[sgv][$lt]=104", {}, [103, 102]],
  [
    "a client that looks backwards",
    `/api/v1/entries.json?find[date][$lt]=${NEWEST}&count=2`,
    { headers: { "api-secret": SHA1 } },
    [104, 103],
  ],
  ["a client with an invalid date", "/api/v1/entries.json?find[date][$gte]=soon&count=1", {}, [105]],
] as const) {
  test(`${client} gets the requested entries, newest first`, async () => {
    const entries = await makeSite(readings(102, 103, 104, 105)).json(target, init);
    assert.deepEqual(
      entries.map(({ sgv }: { sgv: number }) => sgv),
      figures,
    );
  });
}

test("without a valid count there are ten entries", async () => {
  const site = makeSite(readings(...Array<number>(300).fill(100)));
  for (const query of ["", "?count=0", "?count=-3", "?count=many", "?count=2.5"]) {
    assert.equal((await site.json(`/api/v1/entries.json${query}`)).length, 10, query);
  }
  assert.equal((await site.json("/api/v1/entries.json?count=1152")).length, 300);
});

test("without a date the last four days are read; with an end date, only as far back as the count requires", async () => {
  const day = [1, 2, 3, 4].map((days) => ({ mgDl: 100 + days, datetime: new Date(NOW - days * DAY_MS * 20) }));
  const site = makeSite(day.reverse());
  assert.deepEqual(await site.json("/api/v1/entries.json"), []);
  assert.deepEqual(site.windows.splice(0)[0]![0], NOW - 4 * DAY_MS);
  const found = await site.json(`/api/v1/entries.json?find[date][$lte]=${NOW}&count=2`);
  assert.deepEqual(
    found.map(({ sgv }: { sgv: number }) => sgv),
    [101, 102],
  );
  assert.deepEqual(
    site.windows.map(([from]) => Math.round((NOW - from) / DAY_MS)),
    [1, 8, 64],
  );
});

test("a reading that is dated in the future is not served", async () => {
  const [reading] = readings(100);
  const ahead = { mgDl: 50, datetime: new Date(NOW + 60 * MINUTE_MS), isAhead: true } as const;
  const site = makeSite([reading!, ahead]);
  assert.equal((await site.json("/api/v1/entries/current.json"))[0].sgv, 100);
});

test("LOW is sent as 39, and HIGH as 401", async () => {
  const served = await makeSite(readings(38, 39, 40, 400, 401, 402)).json("/api/v1/entries.json");
  assert.deepEqual(
    served.map(({ sgv }: { sgv: number }) => sgv),
    [402, 401, 400, 40, 39, 39],
  );
});

const ROWS = ["2026-03-20T11:59:00.000Z", NEWEST, 105, "Flat", "dexcom-share-ts"];
const TSV = ROWS.map((value) => JSON.stringify(value)).join("\t");
const CSV = ROWS.map((value) => JSON.stringify(value)).join(",");

for (const [target, accept, type, body] of [
  ["/api/v1/entries?count=1", "*/*", "text/tab-separated-values", TSV],
  ["/api/v1/entries?count=1", "", "text/tab-separated-values", TSV],
  ["/api/v1/entries/sgv?count=1", "text/html,application/xhtml+xml,*/*;q=0.8", "text/tab-separated-values", TSV],
  ["/api/v1/entries?count=1", "text/csv", "text/csv", CSV],
  ["/api/v1/entries?count=1", "text/csv;q=0.2, text/tab-separated-values", "text/tab-separated-values", TSV],
  ["/api/v1/entries.csv?count=1", "*/*", "text/csv", CSV],
  ["/api/v1/entries.tsv?count=1", "application/json", "text/tab-separated-values", TSV],
  ["/api/v1/entries/sgv.txt?count=1", "*/*", "text/tab-separated-values", TSV],
  ["/api/v1/entries/current", "*/*", "text/tab-separated-values", TSV],
  ["/api/v1/entries?count=1", "application/json, text/plain, */*", "application/json", undefined],
  ["/api/v1/entries.json?count=1", "text/csv", "application/json", undefined],
] as const) {
  test(`${target} with Accept "${accept}" has the type ${type}`, async () => {
    const response = await makeSite(readings(104, 105)).ask(target, { headers: { "api-secret": SHA1, accept } });
    assert.equal(response.headers.get("content-type"), `${type}; charset=utf-8`);
    const text = await response.text();
    if (body === undefined) assert.equal(JSON.parse(text)[0].sgv, 105);
    else assert.equal(text, body);
  });
}

test("a request with If-Modified-Since gets 304 until there is a newer reading", async () => {
  const ask = (points: ReturnType<typeof readings>, since: string): Promise<Response> =>
    makeSite(points).ask("/api/v1/entries.json", { headers: { "api-secret": SHA1, "if-modified-since": since } });
  const modified = (await makeSite(readings(100)).ask("/api/v1/entries.json")).headers.get("last-modified")!;
  assert.equal(modified, "Fri, 20 Mar 2026 11:59:00 GMT");
  const same = await ask(readings(100), modified);
  assert.deepEqual([same.status, await same.text(), same.headers.get("last-modified")], [304, "", modified]);
  assert.equal((await ask(readings(100), "Fri, 20 Mar 2026 11:58:59 GMT")).status, 200);
  assert.equal((await ask(readings(100), "yesterday")).status, 200);
  assert.equal((await ask([], modified)).status, 200);
});

test("HEAD returns the headers of GET without a body", async () => {
  const site = makeSite(readings(100));
  for (const target of ["/api/v1/entries.json", "/api/v1/status.json", "/api/v1/verifyauth"]) {
    const [get, head] = [await site.ask(target), await site.ask(target, { method: "HEAD" })];
    assert.equal(await head.text(), "");
    assert.deepEqual([head.status, [...head.headers]], [get.status, [...get.headers]]);
  }
});

for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
  test(`${method} gets 405 with Allow`, async () => {
    const response = await makeSite(readings(100)).ask("/api/v1/entries.json", { method });
    assert.deepEqual([response.status, response.headers.get("allow")], [405, "GET, HEAD"]);
  });
}

test("treatments, devices and profiles are empty lists; other paths of the API get 404; paths outside it are left to the caller", async () => {
  const site = makeSite(readings(100));
  for (const path of ["treatments", "treatments.json", "devicestatus.json", "profiles.json"]) {
    assert.deepEqual(await site.json(`/api/v1/${path}?count=10`), []);
  }
  for (const path of ["/api/v1/", "/api/v1/food", "/api/v1/entries/mbg.json", "/api/v3/entries", "/socket.io/"]) {
    assert.equal((await site.ask(path)).status, 404, path);
  }
  for (const path of ["/", "/api/current", "/events", "/api/v10/entries", "/pebbles"]) {
    assert.equal(await site.reads.respond(new Request(`https://site.example${path}`)), undefined, path);
  }
});
