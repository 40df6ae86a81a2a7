/** Logins of which nobody knows if the service has refused them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Dexcom } from "../../src/dexcom.ts";
import type { DexcomError } from "../../src/errors.ts";
import type { Injection } from "../../src/simulator/index.ts";
import { fault, json, page, SESSION_ID } from "../support/responses.ts";
import { AUTHENTICATE, LOGIN, READ, scripted, simulated } from "../support/client.ts";
import { MapStore, Place } from "../stores/map-store.ts";
import { deriveKeysQuickly } from "../stores/quick-keys.ts";

deriveKeysQuickly();

const MINUTE_MS = 60_000;
/** A module of its own to the runtime, as the other copy of the package has it. */
const COPY: string = "../../src/session/shared-state.ts?copy";
const read = (dexcom: Dexcom): Promise<unknown> => dexcom.getLatestGlucoseReading();
const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "ok",
    (error: unknown) => (error as DexcomError).code,
  );

const UNHEARD: Readonly<Record<string, Partial<Injection>>> = {
  late: { delayMs: 11_000, isProcessed: true },
  lost: { drop: "before-headers", isProcessed: true },
  "replaced by pages of a gateway": { status: 502, isProcessed: true },
};

describe("a login whose responses are", () => {
  for (const [how, what] of Object.entries(UNHEARD)) {
    test(`${how} is posted after 1, 2, 4, 8, 10 and 10 minutes by a client that reads each minute`, async () => {
      const { simulator, clock, dexcom, inject, run } = simulated({ password: "wrong" }, { lockOutAfter: Infinity });
      inject({ operation: AUTHENTICATE, ...what });
      const codes = new Set<string>();
      for (let minute = 0; minute < 40; minute++) {
        codes.add(await run(codeOf(read(dexcom))));
        await clock.advance(MINUTE_MS);
      }
      const times = simulator.requests.map(({ timeMs }) => timeMs);
      const minutes = times.slice(1).map((time, index) => Math.floor((time - times[index]!) / MINUTE_MS));
      assert.deepEqual(minutes.slice(0, 7), [0, 1, 2, 4, 8, 10, 10]);
      assert.ok(codes.has("LOGIN_UNDECIDED"));
      assert.ok(!codes.has("ok") && !codes.has("CREDENTIALS_REFUSED"));
    });
  }

  test("lost tells how long it waits, in an error that names the reason", async () => {
    const { clock, dexcom, inject, run } = simulated();
    inject({ operation: AUTHENTICATE, ...UNHEARD["lost"] });
    await assert.rejects(run(read(dexcom)), { code: "NETWORK_FAILED", attempts: 2, retryAfterMs: MINUTE_MS });
    await clock.advance(20_000);
    await assert.rejects(run(read(dexcom)), {
      name: "NetworkError",
      code: "LOGIN_UNDECIDED",
      attempts: 0,
      retryAfterMs: 40_000,
    });
  });

  test("lost is known to other clients of the fetch and to other processes of the store", async () => {
    const { simulator, clock, another, inject, run } = simulated();
    const place = new Place(clock);
    const dexcom = another({ cache: new MapStore(place) });
    inject({ operation: AUTHENTICATE, ...UNHEARD["lost"] });
    assert.equal(await run(codeOf(read(dexcom))), "NETWORK_FAILED");
    assert.equal(await run(codeOf(read(another({ cache: undefined })))), "LOGIN_UNDECIDED");
    const otherProcess = another({ fetch: (...request) => simulator.fetch(...request), cache: new MapStore(place) });
    assert.equal(await run(codeOf(read(otherProcess))), "LOGIN_UNDECIDED");
    assert.equal(simulator.requests.length, 2);
  });

  test("lost is forgotten after a success: the next one cools down for a minute again", async () => {
    const lost = new TypeError("fetch failed");
    const steps = [lost, lost, lost, json(SESSION_ID), json([]), fault("SessionNotValid"), lost, lost];
    const { script, clock, dexcom, run } = scripted(steps);
    await assert.rejects(run(read(dexcom)), { retryAfterMs: MINUTE_MS });
    await clock.advance(MINUTE_MS);
    await assert.rejects(run(read(dexcom)), { retryAfterMs: 2 * MINUTE_MS, attempts: 1 });
    await clock.advance(2 * MINUTE_MS);
    await run(read(dexcom));
    await assert.rejects(run(read(dexcom)), { retryAfterMs: MINUTE_MS, attempts: 2 });
    assert.deepEqual(script.operations, [LOGIN, LOGIN, LOGIN, LOGIN, READ, READ, LOGIN, LOGIN]);
  });
});

describe("a login is decided", () => {
  const connectFailure = (code: string): Error => Object.assign(new TypeError("fetch failed"), { code });
  const DECIDED = {
    "if nobody listens": () => connectFailure("ECONNREFUSED"),
    "if the host has no name": () => connectFailure("ENOTFOUND"),
    "if the name service is away": () => connectFailure("EAI_AGAIN"),
    "if it is turned away with 503": () => page(503),
  };
  for (const [when, step] of Object.entries(DECIDED)) {
    test(`${when}: the next call posts at once`, async () => {
      const make = (): Response | Error => step();
      const { script, dexcom, run } = scripted([make(), make(), json(SESSION_ID), json([])], {
        retry: { retries: 2, jitter: false },
      });
      await assert.rejects(run(read(dexcom)));
      await run(read(dexcom));
      assert.deepEqual(script.operations, [LOGIN, LOGIN, LOGIN, READ]);
    });
  }
});

describe("two names of one account", () => {
  test("share a lock-out once the id is known, even if it was learned by the user name alone", async () => {
    const { simulator, clock, dexcom, another, run } = simulated();
    await run(read(dexcom));
    const byId = another({
      username: undefined,
      accountId: simulator.getAccountId("someone@example.com"),
      password: "new",
    });
    simulator.lockOut("someone@example.com");
    assert.equal(await run(codeOf(read(another()))), "LOCKED_OUT");
    const posts = simulator.requests.length;
    assert.equal(await run(codeOf(read(byId))), "LOCKED_OUT");
    assert.equal(simulator.requests.length, posts);
    await clock.advance(10 * MINUTE_MS);
  });
});

test("a refusal that was on its way before the lock-out does not void the lock-out", async () => {
  const { script, clock, dexcom, another, run } = scripted([
    async () => (await clock.sleep(300), fault("AccountPasswordInvalid")),
    async () => (await clock.sleep(100), fault("SSO_AuthenticateMaxAttemptsExceeed")),
  ]);
  const older = codeOf(read(dexcom));
  await clock.advance(50);
  const newer = codeOf(read(another({ password: "new" })));
  assert.deepEqual(await run(Promise.all([older, newer])), ["CREDENTIALS_REFUSED", "LOCKED_OUT"]);
  for (const password of ["new", "third"]) assert.equal(await run(codeOf(read(another({ password })))), "LOCKED_OUT");
  assert.equal(script.requests.length, 2);
});

test("a Retry-After on a refusal counts for a day at most", async () => {
  const refused = fault("AccountPasswordInvalid", "", { headers: { "retry-after": "99999999999" } });
  const { script, clock, dexcom, another, run } = scripted([refused, json(SESSION_ID), json([])]);
  assert.equal(await run(codeOf(read(dexcom))), "CREDENTIALS_REFUSED");
  await clock.advance(86_400_000);
  // Another client, because this one also keeps the transport's own wait.
  await run(read(another()));
  assert.equal(script.operations.length, 3);
});

test("two copies of the package in one process share refusals", async () => {
  const copy = (await import(COPY)) as typeof import("../../src/session/shared-state.ts");
  const own = await import("../../src/session/shared-state.ts");
  assert.notEqual(copy.sharedState, own.sharedState);
  assert.equal(copy.sharedState(), own.sharedState());
  assert.equal(await copy.digestPassword("one"), await own.digestPassword("one"));
});

describe("a wall clock that is set back by a day", () => {
  test("does not lengthen a cool-down", async () => {
    const { simulator, clock, dexcom, run } = simulated({ password: "wrong" }, { lockOutAfter: Infinity });
    assert.equal(await run(codeOf(read(dexcom))), "CREDENTIALS_REFUSED");
    clock.setNow(clock.now() - 86_400_000);
    await clock.advance(10 * MINUTE_MS);
    assert.equal(await run(codeOf(read(dexcom))), "CREDENTIALS_REFUSED");
    assert.equal(simulator.requests.length, 2);
  });
});
