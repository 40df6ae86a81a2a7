import assert from "node:assert/strict";
import { test } from "node:test";
import { ArgumentError } from "../../../src/errors.ts";
import { createNightscoutReads } from "../../../src/nightscout/reads/create-reads.ts";
import { makeSite, readings, SECRET, SHA1, SHA512, TOKEN } from "./site.ts";

const ENTRIES = "/api/v1/entries.json";

for (const [what, target, headers] of [
  ["the secret's SHA-1", ENTRIES, { "api-secret": SHA1 }],
  ["the secret's SHA-1 in capitals", ENTRIES, { "API-SECRET": SHA1.toUpperCase() }],
  ["the secret's SHA-512", ENTRIES, { "api-secret": SHA512 }],
  ["the token in the header", ENTRIES, { "api-secret": TOKEN }],
  ["the token in the header, as Home Assistant writes it", ENTRIES, { "api-secret": `token=${TOKEN}` }],
  ["the token in the query", `${ENTRIES}?token=${TOKEN}`, {}],
  ["the secret's SHA-1 in the query", `${ENTRIES}?secret=${SHA1}`, {}],
] as const) {
  test(`${what} gives access to the entries`, async () => {
    assert.equal((await makeSite(readings(100)).ask(target, { headers })).status, 200);
  });
}

for (const [what, target, headers] of [
  ["a request without credentials", ENTRIES, {}],
  ["the secret in the clear", ENTRIES, { "api-secret": SECRET }],
  ["an empty secret", ENTRIES, { "api-secret": "" }],
  ["the token in capitals", ENTRIES, { "api-secret": TOKEN.toUpperCase() }],
  ["a wrong token", `${ENTRIES}?token=reader-0`, {}],
  ["the token as a bearer", ENTRIES, { authorization: `Bearer ${TOKEN}` }],
] as const) {
  test(`${what} gets 401 without a delay, and verifyauth responds with 200 that access is refused`, async () => {
    const site = makeSite(readings(100));
    const response = await site.ask(target, { headers });
    assert.equal(response.status, 401);
    assert.equal(((await response.json()) as { status: number }).status, 401);
    const [, query = ""] = target.split("?");
    const verified = await site.ask(`/api/v1/verifyauth?${query}`, { headers });
    assert.equal(verified.status, 200);
    const { message } = (await verified.json()) as { message: Record<string, unknown> };
    assert.deepEqual([message["canRead"], message["canWrite"], message["message"]], [false, false, "UNAUTHORIZED"]);
    assert.equal(site.clock.elapsed(), 0);
  });
}

test("on a site with a token and no secret, an empty secret is refused", async () => {
  const site = makeSite(readings(100), { secret: undefined });
  for (const shown of ["", "da39a3ee5e6b4b0d3255bfef95601890afd80709", "undefined"]) {
    assert.equal((await site.ask(ENTRIES, { headers: { "api-secret": shown } })).status, 401);
  }
  assert.equal((await site.ask(ENTRIES, { headers: { "api-secret": TOKEN } })).status, 200);
});

test("an address with too many wrong secrets gets 429 for ten minutes, and no other address does", async () => {
  const site = makeSite(readings(100));
  const guess = async (number: number, address: string): Promise<number> =>
    (await site.ask(ENTRIES, { headers: { "api-secret": `guess ${number}` }, address })).status;
  const statuses: number[] = [];
  for (let number = 0; number < 12; number++) statuses.push(await guess(number, "192.0.2.1"));
  assert.deepEqual(statuses, [...Array<number>(10).fill(401), 429, 429]);
  const blocked = await site.ask(ENTRIES, { address: "192.0.2.1" });
  assert.deepEqual([blocked.status, blocked.headers.get("retry-after")], [429, "600"]);
  assert.equal((await site.ask(ENTRIES, { address: "192.0.2.2" })).status, 200);
  assert.equal(await guess(1, "192.0.2.2"), 401);
  await site.clock.advance(600_000);
  assert.equal((await site.ask(ENTRIES, { address: "192.0.2.1" })).status, 200);
});

test("a device that keeps sending an old secret gets 429, and other devices at its address keep access", async () => {
  const site = makeSite(readings(100));
  const old = { headers: { "api-secret": "0".repeat(40) }, address: "192.0.2.1" };
  const statuses: number[] = [];
  for (let attempt = 0; attempt < 12; attempt++) statuses.push((await site.ask(ENTRIES, old)).status);
  assert.deepEqual(statuses.slice(9), [401, 429, 429]);
  assert.equal((await site.ask(ENTRIES, { address: "192.0.2.1" })).status, 200);
});

test("a guess in one place is counted although another place shows the same secret each time", async () => {
  const site = makeSite(readings(100));
  const guess = async (secret: string): Promise<number> => {
    const headers = { "api-secret": secret };
    return (await site.ask(`${ENTRIES}?secret=constant`, { headers, address: "192.0.2.1" })).status;
  };
  for (let number = 0; number < 12; number++) await guess(`guess ${number}`);
  assert.equal(await guess(SHA1), 429);
});

test("guesses that come at the same time are no more than guesses one after the other", async () => {
  const site = makeSite(readings(100));
  const secrets = Array.from({ length: 40 }, (_, number) => (number === 30 ? SHA1 : `guess ${number}`));
  const responses = await Promise.all(
    secrets.map((secret) => site.ask(ENTRIES, { headers: { "api-secret": secret }, address: "192.0.2.1" })),
  );
  const statuses = responses.map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 401).length, 10);
  assert.equal(statuses[30], 429);
});

test("requests without credentials, and requests of /socket.io, do not count as wrong secrets", async () => {
  const site = makeSite(readings(100));
  for (let attempt = 0; attempt < 30; attempt++) {
    assert.equal((await site.ask("/socket.io/?EIO=4", { headers: {}, address: "192.0.2.1" })).status, 404);
    assert.equal((await site.ask(ENTRIES, { headers: {}, address: "192.0.2.1" })).status, 401);
  }
  assert.equal((await site.ask(ENTRIES, { address: "192.0.2.1" })).status, 200);
});

test("the count of wrong secrets has a bounded number of addresses, and drops the oldest", async () => {
  const site = makeSite(readings(100));
  const guess = (address: string): Promise<Response> =>
    site.ask(ENTRIES, { headers: { "api-secret": "wrong" }, address });
  for (let attempt = 0; attempt < 11; attempt++) await guess("192.0.2.1");
  assert.equal((await guess("192.0.2.1")).status, 429);
  for (let index = 0; index < 1000; index++) await guess(`2001:db8::${index.toString(16)}`);
  assert.equal((await guess("192.0.2.1")).status, 401);
});

for (const [options, message] of [
  [{}, "source must have the methods list"],
  [{ source: { list: async () => [] } }, "Give secret, token or both"],
  [{ source: { list: async () => [] }, secret: " " }, "secret must be a non-empty string"],
  [{ source: { list: async () => [] }, token: 5 }, "token must be a non-empty string"],
  [{ source: { list: async () => [] }, tokens: "x" }, "options has no tokens; did you mean token?"],
  [{ source: { list: async () => [] }, token: "x", units: "mmol/L" }, 'units must be "mg/dl" or "mmol"'],
  [
    { source: { list: async () => [] }, token: "x", thresholds: { bgLow: "70" } },
    "thresholds.bgLow must be a figure in mg/dL",
  ],
] as const) {
  test(`an invalid option throws: ${message}`, () => {
    assert.throws(() => createNightscoutReads(options as never), new ArgumentError(message));
  });
}
