/** The upload side of a Nightscout, by the table of what release 15.0.7 was measured to do. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { ArgumentError } from "../../src/errors.ts";
import { ShareSimulator, VirtualClock } from "../../src/simulator/index.ts";

const SECRET = "made-up-secret-1";
const SHA1 = createHash("sha1").update(SECRET).digest("hex");
const SHA512 = createHash("sha512").update(SECRET).digest("hex");
const NOW = Date.UTC(2026, 2, 20, 12);
const ENTRIES = "/api/v1/entries.json";
const ENTRY = { type: "sgv", sgv: 101, date: NOW - 60_000, direction: "Flat", noise: 1 };

interface Site {
  readonly clock: VirtualClock;
  readonly simulator: ShareSimulator;
  ask(target: string, headers?: Record<string, string>, body?: unknown): Promise<Response>;
}

function makeSite(tokens = {}, isReadable = true): Site {
  const clock = new VirtualClock(NOW);
  const simulator = new ShareSimulator({ clock, nightscout: { secret: SECRET, tokens, isReadable } });
  const ask: Site["ask"] = (target, headers = { "api-secret": SHA1 }, body) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const init = body === undefined ? {} : { method: "POST", body: text };
    return clock.runUntil(simulator.fetch(`https://site.example${target}`, { headers, ...init }));
  };
  return { clock, simulator, ask };
}

test("an upload responds with the entries and their ids, and keeps fields that it doesn't know", async () => {
  const site = makeSite();
  const response = await site.ask(ENTRIES, undefined, [ENTRY]);
  const [stored] = (await response.json()) as Record<string, unknown>[];
  assert.match(String(stored!["_id"]), /^[0-9a-f]{24}$/);
  assert.equal(stored!["noise"], 1);
  assert.equal(stored!["dateString"], "2026-03-20T11:59:00.000Z");
  assert.deepEqual(site.simulator.nightscoutEntries, [stored]);
});

test("the same instant and type is overwritten; a millisecond off, or of another type, is another entry", async () => {
  const site = makeSite();
  await site.ask(ENTRIES, undefined, [ENTRY]);
  await site.ask(ENTRIES, undefined, [{ ...ENTRY, sgv: 102 }]);
  assert.deepEqual(
    site.simulator.nightscoutEntries.map(({ sgv }) => sgv),
    [102],
  );
  await site.ask(ENTRIES, undefined, [{ ...ENTRY, date: ENTRY.date + 1 }]);
  await site.ask(ENTRIES, undefined, [{ ...ENTRY, type: "mbg" }]);
  assert.equal(site.simulator.nightscoutEntries.length, 3);
});

test("entries without a type or a date are stored without a word, at the site's time", async () => {
  const site = makeSite();
  const response = await site.ask("/api/v1/entries", undefined, { sgv: 101 });
  assert.equal(response.status, 200);
  const [entry] = site.simulator.nightscoutEntries;
  assert.deepEqual([entry?.date, entry?.["type"]], [NOW, undefined]);
});

for (const body of ["{", "[", "7", "null"]) {
  test(`the body ${body} is 400 with a stack trace`, async () => {
    const response = await makeSite().ask(ENTRIES, undefined, body);
    assert.equal(response.status, 400);
    assert.match(await response.text(), /SyntaxError[^]*at /);
  });
}

for (const [what, target, headers, status] of [
  ["SHA-1", ENTRIES, { "api-secret": SHA1 }, 200],
  ["SHA-1 in capitals", ENTRIES, { "api-secret": SHA1.toUpperCase() }, 200],
  ["SHA-512", ENTRIES, { "api-secret": SHA512 }, 200],
  ["an uploader's token in the header", ENTRIES, { "api-secret": "uploader-1" }, 200],
  ["an uploader's token in the query", `${ENTRIES}?token=uploader-1`, {}, 200],
  ["a reader's token", ENTRIES, { "api-secret": "reader-1" }, 401],
  ["the secret in the clear", ENTRIES, { "api-secret": SECRET }, 401],
  ["a bearer token", ENTRIES, { authorization: "Bearer uploader-1" }, 401],
  ["nothing", ENTRIES, {}, 401],
] as const) {
  test(`an upload with ${what} is ${status}`, async () => {
    const site = makeSite({ "uploader-1": "uploader", "reader-1": "readable" });
    assert.equal((await site.ask(target, { ...headers }, [ENTRY])).status, status);
    assert.equal(site.simulator.nightscoutEntries.length, status === 200 ? 1 : 0);
  });
}

test("after a wrong secret every request takes 5 s longer, until a right one", async () => {
  const site = makeSite();
  const time = async (headers: Record<string, string>): Promise<number> => {
    const startedAt = site.clock.elapsed();
    await site.ask(ENTRIES, headers);
    return site.clock.elapsed() - startedAt;
  };
  assert.equal(await time({}), 0);
  assert.equal(await time({ "api-secret": "wrong" }), 0);
  assert.equal(await time({}), 5000);
  assert.equal(await time({ "api-secret": "wrong" }), 5000);
  assert.equal(await time({ "api-secret": SHA1 }), 5000);
  assert.equal(await time({}), 0);
});

for (const [what, headers, expected] of [
  ["the secret", { "api-secret": SHA1 }, [true, true, "OK"]],
  ["a reader's token", { "api-secret": "reader-1" }, [true, false, "OK"]],
  ["an uploader's token", { "api-secret": "uploader-1" }, [false, false, "UNAUTHORIZED"]],
  ["a wrong secret", { "api-secret": "wrong" }, [false, false, "UNAUTHORIZED"]],
  ["nothing", {}, [true, false, "UNAUTHORIZED"]],
] as const) {
  test(`verifyauth is 200 for ${what}: ${expected.join(", ")}`, async () => {
    const site = makeSite({ "uploader-1": "uploader", "reader-1": "readable" });
    const response = await site.ask("/api/v1/verifyauth", { ...headers });
    assert.equal(response.status, 200);
    const { message } = (await response.json()) as { message: Record<string, unknown> };
    assert.deepEqual([message["canRead"], message["canWrite"], message["message"]], expected);
  });
}

test("entries are read newest first, by count, date and type", async () => {
  const site = makeSite();
  const entries = Array.from({ length: 12 }, (_, index) => ({ ...ENTRY, sgv: 100 + index, date: NOW + index }));
  await site.ask(ENTRIES, undefined, [...entries, { type: "cal", date: NOW + 20 }]);
  const read = async (query: string): Promise<unknown[]> =>
    ((await (await site.ask(`/api/v1/${query}`)).json()) as { sgv: unknown }[]).map(({ sgv }) => sgv);
  assert.equal((await read("entries.json")).length, 10);
  assert.deepEqual(await read("entries/sgv.json?count=2"), [111, 110]);
  assert.deepEqual(await read(`entries.json?find[date][$gt]=${NOW + 9}&find[type]=sgv`), [111, 110]);
  assert.deepEqual(await read(`entries.json?find%5Bdate%5D%5B%24lte%5D=${NOW + 1}`), [101, 100]);
  assert.deepEqual(await read("entries/current.json"), [111]);
  assert.equal(((await (await site.ask("/api/v1/status.json")).json()) as { version: string }).version, "15.0.7");
});

test("a site that is not readable wants credentials for reads", async () => {
  const site = makeSite({}, false);
  assert.equal((await site.ask(ENTRIES, {})).status, 401);
  assert.equal((await site.ask(ENTRIES)).status, 200);
});

test("the log of requests shows no secret and no token", async () => {
  const site = makeSite({ "uploader-1": "uploader" });
  await site.ask(`${ENTRIES}?token=uploader-1`, { "api-secret": SHA1 });
  const [request] = site.simulator.requests;
  assert.deepEqual([request?.path, request?.status], [ENTRIES, 200]);
  assert.doesNotMatch(JSON.stringify(request), new RegExp(`${SHA1}|uploader-1`));
});

test("without the option there is no Nightscout, and the Share service goes on beside it", async () => {
  const simulator = new ShareSimulator({ clock: new VirtualClock() });
  assert.equal((await simulator.fetch(`https://site.example${ENTRIES}`)).status, 404);
  assert.deepEqual(simulator.nightscoutEntries, []);
  assert.throws(() => simulator.changeNightscoutSecret(SECRET), ArgumentError);
  const time = await makeSite().ask("/ShareWebServices/Services/General/SystemUtcTime");
  assert.equal(time.status, 200);
});

for (const [nightscout, message] of [
  [{ secret: "short" }, "nightscout.secret must be a string of 12 characters or more"],
  [{ secret: SECRET, token: "x" }, "nightscout has no token; did you mean tokens?"],
  [
    { secret: SECRET, tokens: { x: "god" } },
    "nightscout.tokens must name a role for each token: readable, uploader, admin",
  ],
  [{ secret: SECRET, isReadable: "yes" }, "nightscout.isReadable must be true or false"],
  [null, "nightscout must be an object"],
] as const) {
  test(`an option is checked when it is given: ${message}`, () => {
    assert.throws(() => new ShareSimulator({ nightscout } as never), new ArgumentError(message));
  });
}
