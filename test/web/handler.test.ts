import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ArgumentError } from "../../src/index.ts";
import { bearer, createHandler } from "../../src/web/index.ts";
import { HOUR_MS, makeWorld, MINUTE_MS } from "../watch/world.ts";
import { makeWeb, TOKEN } from "./world.ts";

describe("createHandler()", () => {
  const source = makeWorld([]).dexcom;
  const cases: readonly (readonly [string, unknown, RegExp])[] = [
    ["nobody says who may see the readings", { source }, /authorize/],
    ["public is not true", { source, public: false }, /authorize/],
    ["it is public and has an authorisation", { source, public: true, authorize: () => true }, /authorize/],
    ["there is no source", { public: true }, /source/],
    ["there are both kinds of source", { source, sources: { Anna: source }, public: true }, /source/],
    ["sources is empty", { sources: {}, public: true }, /sources/],
    ["the source can't be followed", { source: {}, public: true }, /watch/],
    ["an option has a wrong name", { source, public: true, basepath: "/x" }, /did you mean basePath/],
    ["basePath does not begin with a slash", { source, public: true, basePath: "glucose" }, /basePath/],
    [
      "frameAncestors has a semicolon, which would end the directive",
      { source, public: true, frameAncestors: "*; script-src *" },
      /frameAnc/,
    ],
    ["alwaysOn is combined with live: false", { source, public: true, live: false, alwaysOn: true }, /live/],
    ["band.low is above band.high", { source, public: true, band: { low: 180, high: 70 } }, /band/],
    ["a hostname is not a string", { source, public: true, hosts: [1] }, /hosts/],
  ];
  for (const [name, options, message] of cases) {
    it(`throws if ${name}`, () => {
      assert.throws(() => createHandler(options as any), { name: "ArgumentError", message });
    });
  }

  it("sends nothing and sets no timer before the first request", async () => {
    const world = makeWeb();
    await world.clock.advance(HOUR_MS);
    assert.equal(world.upstream(), 0);
    assert.equal(world.clock.sleeping, 0);
  });
});

describe("bearer()", () => {
  for (const token of ["", "too short", "has a space in the middle of it", "ümlaut-ümlaut-ümlaut"]) {
    it(`refuses ${JSON.stringify(token)} without repeating it`, () => {
      assert.throws(
        () => bearer(token),
        (error) => error instanceof ArgumentError && (token === "" || !error.message.includes(token)),
      );
    });
  }
});

describe("following", () => {
  it("sends the requests of one `watch()` for all viewers, at most 1.4 per reading in an hour", async () => {
    const world = makeWeb();
    for (let minute = 0; minute < 60; minute++) {
      await Promise.all(Array.from({ length: 50 }, () => world.get("/api/current")));
      await world.clock.advance(MINUTE_MS);
    }
    assert.ok(world.upstream() <= 1.4 * 12, `${world.upstream()} requests`);
  });

  it("ends some minutes after the last viewer, leaves no timer, and starts again without a gap", async () => {
    const world = makeWeb();
    await world.get("/api/current");
    await world.clock.advance(HOUR_MS);
    const before = world.upstream();
    assert.ok(before < 6, `${before} requests`);
    assert.equal(world.clock.sleeping, 0);
    const all = (await world.json("/api/readings?minutes=60")).readings;
    assert.equal(all.length, 12);
    assert.equal(world.upstream(), before + 1);
  });

  it("ends at once when the handler is closed", async () => {
    const world = makeWeb();
    await world.get("/api/current");
    world.handler.close();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(world.clock.sleeping, 0);
    assert.equal((await world.get("/api/current")).status, 200);
    assert.equal(world.clock.sleeping, 0);
  });

  it("continues without viewers with `alwaysOn`", async () => {
    const world = makeWeb({ alwaysOn: true });
    await world.clock.advance(3 * HOUR_MS);
    assert.ok(world.upstream() > 36, `${world.upstream()} requests`);
    world.handler.close();
  });

  it("with `live: false`, reads on a request if a reading is due", async () => {
    const world = makeWeb({ live: false });
    for (let minute = 0; minute < 60; minute++) {
      await world.get("/api/current");
      assert.equal(world.clock.sleeping, 0);
      await world.clock.advance(MINUTE_MS);
    }
    assert.ok(world.upstream() <= 1.4 * 12, `${world.upstream()} requests`);
    assert.equal((await world.json("/api/current")).wearers[0].reading.mgDl, 111);
  });

  it("with `live: false`, reads at most twice a minute while the service is down", async () => {
    const world = makeWeb({ live: false });
    world.simulator.inject({ status: 503 });
    for (let second = 0; second < 120; second += 5) {
      assert.equal((await world.clock.runUntil(world.get("/api/current"))).status, 503);
      await world.clock.advance(5000);
    }
    assert.ok(world.upstream() + world.count("AuthenticatePublisherAccount") <= 5, String(world.upstream()));
  });
});

describe("caching", () => {
  it("sets a max-age that ends when the next reading is due", async () => {
    const world = makeWeb();
    await world.clock.advance(MINUTE_MS);
    for (const path of ["/api/readings", "/chart.svg", "/api/statistics"]) {
      const response = await world.get(path);
      assert.equal(response.headers.get("cache-control"), "private, max-age=265", path);
    }
    assert.equal((await world.get("/api/current")).headers.get("cache-control"), "private, no-cache");
  });

  it("responds with 304 to a matching ETag, and without a body to HEAD", async () => {
    const world = makeWeb();
    const tag = (await world.get("/api/readings")).headers.get("etag")!;
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, "*"]) {
      const response = await world.get("/api/readings", { headers: { "if-none-match": known } });
      assert.equal(response.status, 304, known);
      assert.equal(await response.text(), "");
      assert.equal(response.headers.get("etag"), tag);
    }
    const head = await world.get("/api/readings", { method: "HEAD" });
    assert.deepEqual([head.status, head.headers.get("etag"), await head.text()], [200, tag, ""]);
    await world.clock.advance(6 * MINUTE_MS);
    assert.equal((await world.get("/api/readings", { headers: { "if-none-match": tag } })).status, 200);
  });
});

describe("authorisation", () => {
  const withToken = { headers: { authorization: `Bearer ${TOKEN}` } };

  it("allows the right token only", async () => {
    const world = makeWeb({ authorize: bearer(TOKEN) });
    assert.equal((await world.get("/api/current", withToken)).status, 200);
    const wrong = ["Bearer wrong", "bearer", `Basic ${TOKEN}`, `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`, TOKEN];
    for (const authorization of wrong) {
      const response = await world.get("/api/current", { headers: { authorization } });
      assert.equal(response.status, 401, authorization);
      assert.match(response.headers.get("www-authenticate")!, /^Bearer/);
    }
    assert.equal((await world.get(`/api/current?token=${TOKEN}`)).status, 401);
  });

  it("calls a function, and allows the request only if it returns `true`", async () => {
    const results: unknown[] = [true, false, "yes", undefined, Promise.resolve(true)];
    const world = makeWeb({ authorize: () => results.shift() as boolean });
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) statuses.push((await world.get("/api/current")).status);
    assert.deepEqual(statuses, [200, 401, 401, 401, 200]);
  });

  it("refuses an address for ten minutes after ten wrong tokens, and no other address", async () => {
    const world = makeWeb({
      authorize: bearer(TOKEN),
      clientAddress: (request) => request.headers.get("x-address") ?? undefined,
    });
    const from = (address: string, token: string) =>
      world.get("/api/current", { headers: { "x-address": address, authorization: `Bearer ${token}` } });
    for (let i = 0; i < 10; i++) assert.equal((await from("1", "wrong")).status, 401);
    const response = await from("1", TOKEN);
    assert.equal(response.status, 429);
    assert.equal(response.headers.get("retry-after"), "600");
    assert.equal((await from("2", TOKEN)).status, 200);
    await world.clock.advance(10 * MINUTE_MS);
    assert.equal((await from("1", TOKEN)).status, 200);
  });

  for (const [place, path, toInit] of [
    ["headers", "/api/current", (token: string) => ({ headers: { authorization: `Bearer ${token}` } })],
    ["forms", "/login", (token: string) => ({ method: "POST", body: new URLSearchParams({ token }) })],
  ] as const) {
    it(`counts wrong tokens in ${place} that come at the same time`, async () => {
      const world = makeWeb({ authorize: bearer(TOKEN), clientAddress: () => "192.0.2.1" });
      const tokens = Array.from({ length: 40 }, (_, number) => (number === 30 ? TOKEN : `wrong-${number}`));
      const responses = await Promise.all(tokens.map((token) => world.get(path, toInit(token))));
      const statuses = responses.map(({ status }) => status);
      assert.equal(statuses.filter((status) => status === 401).length, 10);
      assert.equal(statuses[30], 429);
    });
  }
});
