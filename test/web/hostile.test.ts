import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bearer } from "../../src/web/index.ts";
import { makeWeb, ORIGIN, TOKEN } from "./world.ts";

const AUTHORIZED = { authorization: `Bearer ${TOKEN}` };

/** Request, and what comes back. */
const TABLE: readonly (readonly [name: string, path: string, init: RequestInit, status: number])[] = [
  ["no token", "/api/current", {}, 401],
  ["a wrong token", "/api/current", { headers: { authorization: "Bearer 0123456789abcdef0124" } }, 401],
  ["a token of 100 kB", "/api/current", { headers: { authorization: `Bearer ${"x".repeat(100_000)}` } }, 401],
  ["two tokens", "/api/current", { headers: { authorization: `Bearer ${TOKEN}, Bearer ${TOKEN}` } }, 401],
  ["a cookie without a signature", "/api/current", { headers: { cookie: "dexcom-share=9999999999." } }, 401],
  [
    "a cookie with a wrong signature",
    "/api/current",
    { headers: { cookie: `dexcom-share=9999999999.${"0".repeat(64)}` } },
    401,
  ],
  ["an unknown path", "/admin", { headers: AUTHORIZED }, 404],
  ["a name of Object.prototype", "/toString", { headers: AUTHORIZED }, 404],
  ["a double slash", "//api/current", { headers: AUTHORIZED }, 404],
  ["dots in the path", "/api/../../etc/passwd", { headers: AUTHORIZED }, 404],
  ["encoded dots in the path", "/api/%2e%2e/%2e%2e/etc/passwd", { headers: AUTHORIZED }, 404],
  ["a broken escape", "/api/%ff%", { headers: AUTHORIZED }, 404],
  ["a broken escape in the query", "/api/readings?count=%ff%", { headers: AUTHORIZED }, 400],
  ["PUT", "/api/current", { method: "PUT", headers: AUTHORIZED }, 405],
  ["DELETE", "/api/current", { method: "DELETE", headers: AUTHORIZED }, 405],
  ["POST", "/api/current", { method: "POST", body: "x", headers: AUTHORIZED }, 405],
  [
    "OPTIONS of an unlisted origin",
    "/api/current",
    { method: "OPTIONS", headers: { origin: "https://evil.example" } },
    405,
  ],
  ["an unknown method", "/api/current", { method: "BREW", headers: AUTHORIZED }, 405],
  ["a query of 1 MB", `/api/readings?count=${"9".repeat(1_000_000)}`, { headers: AUTHORIZED }, 414],
  ["a count that is not a decimal number", "/api/readings?count=0x10", { headers: AUTHORIZED }, 400],
  ["a script as a theme", "/chart.svg?theme=<script>alert(1)</script>", { headers: AUTHORIZED }, 400],
  ["another host", "http://evil.example/api/current", { headers: AUTHORIZED }, 421],
  ["another host in the header", "/api/current", { headers: { ...AUTHORIZED, host: "evil.example" } }, 421],
  ["a host with a trailing dot", "http://glucose.example./api/current", { headers: AUTHORIZED }, 421],
  ["a host with a port", "http://glucose.example:8080/api/current", { headers: AUTHORIZED }, 200],
  ["a wearer of Object.prototype", "/api/readings?wearer=__proto__", { headers: AUTHORIZED }, 404],
  ["another origin", "/api/current", { headers: { ...AUTHORIZED, origin: "https://evil.example" } }, 200],
];

describe("a hostile request", () => {
  for (const [name, path, init, status] of TABLE) {
    it(`with ${name} gets ${status}, without a secret, a stack or a CORS header in the response`, async () => {
      const world = makeWeb({ authorize: bearer(TOKEN), hosts: ["glucose.example"], origins: ["https://app.example"] });
      const response = await world.get(path, init);
      assert.equal(response.status, status);
      const shown = `${await response.text()}${JSON.stringify([...response.headers])}`;
      for (const secret of [TOKEN, "secret", "someone@example.com", "evil", "<script>", "/src/", "node:", "Error:"]) {
        assert.ok(!shown.includes(secret), `${secret} in ${shown}`);
      }
      assert.equal(response.headers.get("access-control-allow-origin"), null);
      assert.match(response.headers.get("content-security-policy")!, /^default-src 'none';/);
      assert.doesNotMatch(response.headers.get("content-security-policy")!, /unsafe/);
      assert.equal(response.headers.get("x-content-type-options"), "nosniff");
      assert.equal(response.headers.get("referrer-policy"), "no-referrer");
      if (status !== 200) assert.equal(response.headers.get("cache-control"), "no-store");
      if (status === 405) assert.equal(response.headers.get("allow"), "GET, HEAD");
    });
  }

  it("that makes the code fail gets 500, without any text of the error", async () => {
    const world = makeWeb({
      authorize: () => {
        throw new Error(`secret ${TOKEN}`);
      },
    });
    const response = await world.get("/api/current");
    assert.equal(response.status, 500);
    assert.deepEqual(await response.json(), { error: "Something went wrong here" });
  });
});

describe("a page of another origin", () => {
  it("can read the JSON only if its origin is listed in `origins`", async () => {
    const world = makeWeb({ authorize: bearer(TOKEN), origins: ["https://app.example"] });
    const from = (origin: string, init: RequestInit = {}) =>
      world.get("/api/current", { ...init, headers: { ...AUTHORIZED, origin } });
    const allowed = await from("https://app.example");
    assert.equal(allowed.headers.get("access-control-allow-origin"), "https://app.example");
    assert.equal(allowed.headers.get("vary"), "Origin");
    const preflight = await from("https://app.example", { method: "OPTIONS" });
    assert.match(preflight.headers.get("access-control-allow-headers")!, /Authorization/);
    const refused = await from("https://evil.example");
    assert.equal(refused.headers.get("access-control-allow-origin"), null);
    assert.equal(refused.headers.get("vary"), "Origin");
  });
});

describe("the base path", () => {
  it("is the prefix of every route, and no other path is served", async () => {
    const world = makeWeb({ basePath: "/glucose/" });
    assert.equal((await world.get("/glucose/api/current")).status, 200);
    assert.equal((await world.get("/api/current")).status, 404);
    assert.equal((await world.get(`${ORIGIN}/glucoseapi/current`)).status, 404);
  });
});
