import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { createAlarms } from "../../src/alarms/index.ts";
import { MemoryArchive } from "../../src/archive/index.ts";
import { bearer } from "../../src/web/index.ts";
import { HOUR_MS, makeWorld, MINUTE_MS, readings, SLOT_MS, START_MS } from "../watch/world.ts";
import { ASSETS_FILE, makeAssets } from "./assets/make.ts";
import { makeWeb, TOKEN, type WebWorld } from "./world.ts";

async function textOf(world: WebWorld, path = "/"): Promise<string> {
  const response = await world.get(path);
  assert.equal(response.status, 200, path);
  return response.text();
}

/** A wearer whose newest reading is `mgDl`, as old as that. */
const withNewest = (mgDl: number, ageMs = MINUTE_MS): WebWorld => {
  const time = START_MS - ageMs;
  const earlier = { mgDl: 120, datetime: time - SLOT_MS, availableAt: time };
  return makeWeb({ world: makeWorld([earlier, { mgDl, datetime: time, availableAt: time }]) });
};

describe("the page", () => {
  it("shows figure, words, change, time with zone, picture and time in range without a script", async () => {
    const world = makeWeb();
    await world.clock.advance(MINUTE_MS);
    const html = await textOf(world);
    const body = html.replace(/<(script|style)[^]*?<\/\1>/g, "");
    assert.match(body, /<title>100 → 08:00<\/title>/);
    assert.match(body, /class="value">100</);
    assert.match(body, /in range · steady/);
    assert.match(body, /class="age-text">08:00<.*UTC/);
    assert.equal(body.match(/<svg /g)?.length, 2);
    assert.match(body, /<desc[^>]*>Latest 100 mg\/dL at 08:00/);
    assert.match(body, /In range<\/dt><dd>\d+/);
    assert.match(body, /<noscript><meta http-equiv="refresh" content="60"><\/noscript>/);
    assert.match(body, /can’t wake you/);
    assert.doesNotMatch(body, /min ago|https?:\/\/(?!www\.w3\.org)/);
  });

  it("is under 40 KB gzip with the longest window and its script, and loads nothing from another host", async () => {
    const html = await textOf(makeWeb(), "/?hours=24");
    const bytes = gzipSync(html, { level: 9 }).length;
    assert.ok(bytes < 40_960, `${bytes} bytes`);
    assert.doesNotMatch(html, /(?:src|href)="(?!data:|\/)/);
  });

  it("has a content policy with a new nonce in each response, and without unsafe-inline", async () => {
    const world = makeWeb();
    const [first, second] = [await world.get("/"), await world.get("/")];
    const policies = [first, second].map(({ headers }) => headers.get("content-security-policy")!);
    assert.notEqual(policies[0], policies[1]);
    assert.doesNotMatch(policies[0]!, /unsafe/);
    const nonce = /script-src 'nonce-([0-9a-f]{32})'/.exec(policies[0]!)![1]!;
    const html = await first.text();
    for (const [, name, attributes] of html.matchAll(/<(script|style)([^>]*)>/g)) {
      assert.equal(attributes, ` nonce="${nonce}"`, name);
    }
    assert.doesNotMatch(html, / (?:style|on\w+)="/);
    assert.equal(first.headers.get("etag"), second.headers.get("etag"));
  });

  const words: readonly (readonly [number, string, RegExp, RegExp])[] = [
    [39, "very-low", /class="value">LOW</, /below 40, the least that the sensor measures/],
    [52, "very-low", /class="value">52</, /very low/],
    [65, "low", /class="value">65</, /data-words="low/],
    [70, "in-range", /class="value">70</, /in range/],
    [200, "high", /class="value">200</, /data-words="high/],
    [300, "very-high", /class="value">300</, /very high/],
    [401, "very-high", /class="value">HIGH</, /above 400, the most that the sensor measures/],
  ];
  for (const [mgDl, zone, figure, text] of words) {
    it(`describes ${mgDl} mg/dL in words and has the class ${zone}`, async () => {
      const html = await textOf(withNewest(mgDl));
      assert.match(html, new RegExp(`class="now ${zone}"`));
      assert.match(html, figure);
      assert.match(html, text);
    });
  }

  it("shows a stale low as the last reading, not as the present one", async () => {
    const html = await textOf(withNewest(52, 25 * MINUTE_MS));
    assert.match(html, /class="now very-low stale"/);
    assert.match(html, /last 52 · 07:35 · no data/);
    assert.match(html, /<title>no data, last 52/);
  });

  it("says that the service can't be read, with the time of the last check", async () => {
    const world = makeWeb();
    await world.get("/");
    world.simulator.inject({ status: 503 });
    await world.clock.advance(8 * MINUTE_MS);
    assert.match(await textOf(world), /Dexcom can’t be reached\. Last check 08:0[0-5]\./);
  });

  it("says that there is no reading", async () => {
    assert.match(await textOf(makeWeb({ world: makeWorld([]) })), /No reading in the last 24 hours/);
  });

  it("uses the unit, the window and the theme of its address", async () => {
    const html = await textOf(makeWeb(), "/?hours=3&unit=mmol&theme=night");
    assert.match(html, /<html lang="en" data-theme="night">/);
    assert.match(html, /class="value">11\.0</);
    assert.match(html, /hours=3&amp;unit=mmol&amp;theme=night" aria-current="true">3 h</);
    assert.match(html, /last 3 h/);
    assert.doesNotMatch(html, /14 days/);
  });

  for (const query of ["hours=25", "hours=0", "theme=pink", "unit=stone", "wearer=Carl"]) {
    it(`responds with an error to ?${query}`, async () => {
      assert.ok([400, 404].includes((await makeWeb().get(`/?${query}`)).status));
    });
  }

  it("shows 14 and 90 days of an archive as a profile of the day", async () => {
    const archive = new MemoryArchive();
    const points = Array.from({ length: 14 * 288 }, (_, slot) => ({
      mgDl: 100 + (slot % 80),
      datetime: new Date(START_MS - slot * SLOT_MS),
      timezone: "-0400",
    }));
    await archive.add(points);
    const html = await textOf(makeWeb({ archive }), "/?hours=336");
    assert.match(html, /Glucose by time of day, last 14 days/);
    assert.match(html, /90 days/);
    assert.match(html, /GMI/);
  });

  it("also works with a clock that has fractions of a millisecond", async () => {
    const world = makeWorld(readings(-12, 10));
    const own = { ...world.own, elapsed: () => world.clock.elapsed() * 1.0001 + 0.123 };
    const web = makeWeb({ world: { ...world, own } });
    await textOf(web);
    await world.clock.advance(10_001);
    assert.match(await textOf(web), /class="value"/);
    web.handler.close();
  });

  it("escapes the names of wearers", async () => {
    const name = '<img src=x onerror="alert(1)">';
    const html = await textOf(makeWeb({ of: ({ dexcom }) => ({ sources: { [name]: dexcom, Ben: dexcom } }) }));
    assert.ok(!html.includes("<img"));
    assert.ok(html.includes("&lt;img"));
  });

  it("returns only the changing part if the script requests it", async () => {
    const world = makeWeb();
    const html = await textOf(world, "/view?hours=3");
    assert.match(html, /^<div id="content" class="single" data-now="\d+" data-problems="">/);
    assert.doesNotMatch(html, /<script|<style/);
  });
});

describe("a board of several wearers", () => {
  it("keeps the order of the wearers, frames a wearer who is low, and links to each", async () => {
    const low = makeWorld([{ mgDl: 50, datetime: START_MS - MINUTE_MS, availableAt: START_MS - MINUTE_MS }]);
    const world = makeWeb({ of: ({ dexcom }) => ({ sources: { Anna: dexcom, Ben: low.dexcom } }) });
    const html = await textOf(world);
    assert.ok(html.indexOf(">Anna<") < html.indexOf(">Ben<"));
    assert.match(html, /class="card high"[^]*class="card very-low"/);
    assert.match(html, /href="\/\?hours=6&amp;unit=mg&amp;theme=auto&amp;wearer=Ben"/);
    assert.match(await textOf(world, "/?wearer=Ben"), /<h1>Ben<\/h1>/);
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    assert.equal(new Set(ids).size, ids.length);
  });
});

describe("logging in", () => {
  const logIn = (world: WebWorld, token: string, init: RequestInit = {}): Promise<Response> =>
    world.get("/login", { method: "POST", body: new URLSearchParams({ token }), ...init });

  it("accepts the token in a form, and sets a cookie that does not contain it", async () => {
    const world = makeWeb({ authorize: bearer(TOKEN) });
    const asked = await world.get("/");
    assert.equal(asked.status, 401);
    assert.match(await asked.text(), /<form method="post" action="\/login">/);
    const response = await logIn(world, TOKEN);
    assert.deepEqual([response.status, response.headers.get("location")], [303, "/"]);
    const cookie = response.headers.get("set-cookie")!;
    assert.match(cookie, /; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/);
    assert.ok(!cookie.includes(TOKEN));
    const headers = { cookie: cookie.split(";")[0]! };
    assert.equal((await world.get("/", { headers })).status, 200);
    assert.equal((await world.get("/api/current", { headers })).status, 200);
    await world.clock.advance(91 * 24 * HOUR_MS);
    assert.equal((await world.get("/", { headers })).status, 401);
  });

  it("sets a Secure cookie if and only if the request came by https", async () => {
    const world = makeWeb({ authorize: bearer(TOKEN) });
    const body = new URLSearchParams({ token: TOKEN });
    const secure = await world.get("https://glucose.example/login", { method: "POST", body });
    assert.match(secure.headers.get("set-cookie")!, /; Secure$/);
    const behindProxy = makeWeb({ authorize: bearer(TOKEN), isSecure: () => true, basePath: "/glucose" });
    const response = await behindProxy.get("/glucose/login", {
      method: "POST",
      body: new URLSearchParams({ token: TOKEN }),
    });
    assert.match(response.headers.get("set-cookie")!, /Path=\/glucose;.*; Secure$/);
  });

  it("refuses a cookie with a changed time, and a cookie of another token", async () => {
    const world = makeWeb({ authorize: bearer(TOKEN) });
    const value = (await logIn(world, TOKEN)).headers.get("set-cookie")!.split(";")[0]!;
    const later = value.replace(/=(\d+)/, (_, digits: string) => `=${Number(digits) + 1}`);
    const other = (await logIn(makeWeb({ authorize: bearer(`${TOKEN}x`) }), `${TOKEN}x`)).headers.get("set-cookie")!;
    for (const cookie of [later, other.split(";")[0]!, `${value}0`]) {
      assert.equal((await world.get("/api/current", { headers: { cookie } })).status, 401);
    }
  });

  it("refuses a wrong token, a form of another site, a body that is not a form, and a body of 1 MB", async () => {
    const world = makeWeb({ authorize: bearer(TOKEN) });
    const wrong = await logIn(world, "wrong");
    assert.equal(wrong.status, 401);
    assert.match(await wrong.text(), /That is not the token/);
    assert.equal(wrong.headers.get("set-cookie"), null);
    const cases: readonly (readonly [number, RequestInit])[] = [
      [403, { headers: { origin: "https://evil.example" } }],
      [403, { headers: { "sec-fetch-site": "cross-site" } }],
      [415, { body: JSON.stringify({ token: TOKEN }) }],
      [413, { body: new URLSearchParams({ token: "x".repeat(1_000_000) }) }],
    ];
    for (const [status, init] of cases) {
      const response = await logIn(world, TOKEN, init);
      assert.deepEqual([response.status, response.headers.get("set-cookie")], [status, null]);
    }
  });

  it("does not exist if no token is configured", async () => {
    assert.equal((await logIn(makeWeb(), TOKEN)).status, 404);
  });
});

describe("alarms on the page", () => {
  const low = (): WebWorld =>
    makeWeb({
      world: makeWorld(readings(-12, 100).map((reading, index) => ({ ...reading, mgDl: index < 24 ? 100 : 60 }))),
      alarms: createAlarms({ low: true }, { unit: "mg/dL" }),
    });

  it("can be acknowledged and snoozed by a form of the page, but not by a form of another site", async () => {
    const world = low();
    await world.clock.advance(66 * MINUTE_MS);
    const html = await textOf(world);
    assert.match(html, /<strong>Low<\/strong>/);
    const key = /name="key" value="([0-9a-f]+)"/.exec(html)![1]!;
    const send = (fields: Record<string, string>): Promise<Response> =>
      world.get("/alarms", {
        method: "POST",
        body: new URLSearchParams({ wearer: "", rule: "low", query: "?hours=3", ...fields }),
      });
    assert.equal((await send({ key: "x", action: "acknowledge" })).status, 403);
    assert.equal((await send({ key, action: "stop" })).status, 400);
    assert.equal((await send({ key, action: "snooze", rule: "high" })).status, 409);
    const response = await send({ key, action: "acknowledge" });
    assert.deepEqual([response.status, response.headers.get("location")], [303, "/?hours=3"]);
    assert.match(await textOf(world), /acknowledged/);
    await send({ key, action: "snooze" });
    assert.match(await textOf(world), /snoozed for 15 min/);
    assert.equal((await world.get("/alarms")).status, 405);
    world.handler.close();
  });
});

describe("src/web/page/assets.ts", () => {
  it("is what `npm run page` makes of src/web/client", async () => {
    assert.equal(await readFile(ASSETS_FILE, "utf8"), await makeAssets());
  });
});
