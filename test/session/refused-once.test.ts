/** A refused credential is posted once (decision 2): each further post brings the account nearer to its lock-out. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ACCOUNT_ID, fault, json, page, record, SESSION_ID } from "../support/responses.ts";
import { AUTHENTICATE, LOGIN, PASSWORD, READ, scripted, simulated, USERNAME } from "../support/client.ts";
import { scriptedFetch } from "../support/scripted-fetch.ts";
import { refusal } from "./refusal.ts";
import { read } from "./reads.ts";

const MINUTE_MS = 60_000;
const WRONG = { password: "not-the-password" };
const BY_NAME = { username: USERNAME, accountId: undefined };

describe("a wrong password", () => {
  test("is posted once and is an AccountError; four more calls and four new clients of the same fetch post nothing", async () => {
    const { operations, dexcom, another, run } = simulated(WRONG);
    const first = await refusal(run(read(dexcom)));
    assert.deepEqual(
      [first.code, first.message, first.status, first.serverCode, first.attempts, first.retryAfterMs],
      ["CREDENTIALS_REFUSED", "Failed to authenticate", 500, "AccountPasswordInvalid", 1, 10 * MINUTE_MS],
    );
    for (let call = 0; call < 4; call++) await refusal(run(read(dexcom)));
    for (let client = 0; client < 4; client++) await refusal(run(read(another())));
    assert.deepEqual(operations(), [AUTHENTICATE]);
  });

  test("is the same error once more, with the time that is left, and no attempt", async () => {
    const { clock, dexcom, another, run } = simulated(WRONG);
    const first = await refusal(run(read(dexcom)));
    await clock.advance(4 * MINUTE_MS);
    for (const again of [await refusal(run(read(dexcom))), await refusal(run(read(another())))]) {
      const { code, message, status, serverCode, traceId } = again;
      assert.deepEqual(
        { code, message, status, serverCode, traceId },
        {
          code: first.code,
          message: first.message,
          status: first.status,
          serverCode: first.serverCode,
          traceId: first.traceId,
        },
      );
      assert.equal(again.retryAfterMs, 6 * MINUTE_MS);
      assert.equal(again.attempts, 0);
      assert.match(again.advice, /next attempt is made in 6 minutes/);
    }
  });

  test("is reported once: a remembered refusal emits no event", async () => {
    const { events, dexcom, run } = simulated(WRONG);
    for (let call = 0; call < 3; call++) await refusal(run(read(dexcom)));
    assert.deepEqual(
      events.map((event) => event.type),
      ["refused"],
    );
    const [event] = events;
    assert.ok(event?.type === "refused" && event.error.retryAfterMs === 10 * MINUTE_MS);
  });

  test("is one post for fifty concurrent calls, and each is refused", async () => {
    const { simulator, dexcom, run } = simulated(WRONG);
    const errors = await run(Promise.all(Array.from({ length: 50 }, () => refusal(read(dexcom)))));
    assert.equal(errors.length, 50);
    assert.equal(simulator.requests.length, 1);
  });

  for (const refusalCode of [
    "AccountPasswordInvalid",
    "SSO_InternalError",
    "SSO_AuthenticatePasswordInvalid",
  ] as const) {
    for (const subCodeForm of ["json", "java-xml", "dotnet-xml"] as const) {
      test(`is one post if the service says ${refusalCode} with ${subCodeForm}`, async () => {
        const { simulator, dexcom, another, run } = simulated(WRONG, { refusalCode, subCodeForm });
        await refusal(run(read(dexcom)));
        await refusal(run(read(another())));
        assert.equal(simulator.requests.length, 1);
      });
    }
  }

  test("is one post for a user that nobody knows and for the wrong region", async () => {
    for (const options of [{ username: "nobody@example.com" }, { region: "ous" as const }]) {
      const { simulator, dexcom, run } = simulated(options);
      for (let call = 0; call < 3; call++) await refusal(run(read(dexcom)));
      assert.equal(simulator.requests.length, 1);
    }
  });

  for (const status of [200, 400, 401, 403, 429, 500, 503]) {
    test(`is one post if the fault comes with status ${status}, to either login`, async () => {
      const refused = (): Response => fault("AccountPasswordInvalid", "Publisher account password failed", { status });
      for (const [steps, options, posts] of [
        [[refused()], BY_NAME, [AUTHENTICATE]],
        [[json(ACCOUNT_ID), refused()], BY_NAME, [AUTHENTICATE, LOGIN]],
        [[refused()], {}, [LOGIN]],
      ] as const) {
        const { script, dexcom, run } = scripted(steps, options);
        for (let call = 0; call < 3; call++) await refusal(run(read(dexcom)));
        assert.deepEqual(script.operations, posts);
      }
    });
  }

  test("is not posted again though more retries are wanted", async () => {
    const { script, dexcom, run } = scripted([fault("AccountPasswordInvalid")], {
      retry: { retries: 10, retryOnStatuses: [500] },
    });
    await refusal(run(read(dexcom)));
    assert.equal(script.requests.length, 1);
  });
});

describe("a refusal concerns", () => {
  test("no other password: a new one is a new credential", async () => {
    const { simulator, dexcom, another, run } = simulated(WRONG);
    await refusal(run(read(dexcom)));
    assert.ok(await run(read(another({ password: PASSWORD }))));
    assert.equal(simulator.requests.length, 4);
  });

  test("no other account", async () => {
    const { script, dexcom, another, run } = scripted([fault("AccountPasswordInvalid"), json(SESSION_ID), json([])]);
    await refusal(run(read(dexcom)));
    await run(read(another({ accountId: ACCOUNT_ID.replaceAll("9", "8") })));
    assert.equal(script.requests.length, 3);
  });

  test("no other host", async () => {
    const { script, dexcom, another, run } = scripted([
      fault("AccountPasswordInvalid"),
      json(SESSION_ID),
      json([]),
      json(SESSION_ID),
      json([]),
    ]);
    await refusal(run(read(dexcom)));
    await run(read(another({ region: "ous" })));
    await run(read(another({ baseUrl: "https://proxy.example" })));
    assert.equal(script.requests.length, 5);
  });

  test("no other fetch: tests don't see each other", async () => {
    const { dexcom, another, run } = scripted([fault("AccountPasswordInvalid")]);
    await refusal(run(read(dexcom)));
    const own = scriptedFetch(json(SESSION_ID), json([]));
    await run(read(another({ fetch: own.fetch })));
    assert.deepEqual(own.operations, [LOGIN, READ]);
  });

  test("all clients of the global fetch if no fetch was given", async (t) => {
    const script = scriptedFetch(fault("AccountPasswordInvalid"));
    t.mock.method(globalThis, "fetch", script.fetch);
    const { dexcom, another, run } = scripted([], { fetch: undefined });
    await refusal(run(read(dexcom)));
    await refusal(run(read(another())));
    assert.equal(script.requests.length, 1);
  });

  test("the account by its name and by its id if both are known", async () => {
    const { script, dexcom, another, run } = scripted([json(ACCOUNT_ID), fault("AccountPasswordInvalid")], BY_NAME);
    await refusal(run(read(dexcom)));
    await refusal(run(read(another({ username: undefined, accountId: ACCOUNT_ID }))));
    await refusal(run(read(another())));
    assert.deepEqual(script.operations, [AUTHENTICATE, LOGIN]);
  });
});

describe("on a clock that can't be held", () => {
  test("a refused password stands in no other's way", async () => {
    const clock = { now: () => 0, sleep: () => new Promise<void>(() => undefined) };
    const { script, dexcom, another } = scripted(
      [fault("AccountPasswordInvalid"), json(SESSION_ID), json([record()])],
      { clock },
    );
    assert.equal((await refusal(read(dexcom))).code, "CREDENTIALS_REFUSED");
    assert.ok(await read(another({ password: "another" })));
    assert.equal(script.requests.length, 3);
  });
});

describe("a login whose response was lost", () => {
  for (const [what, step] of [
    ["with the connection", new TypeError("fetch failed")],
    ["behind a page of a gateway", () => page(502)],
  ] as const) {
    test(`${what} is sent again once, and no further in that call`, async () => {
      const { script, dexcom, run } = scripted([step, step, json(SESSION_ID)], {
        retry: { retries: 5, jitter: false },
      });
      await assert.rejects(run(read(dexcom)));
      assert.deepEqual(script.operations, [LOGIN, LOGIN]);
    });
  }

  test("is refused once if the second response comes", async () => {
    const { inject, simulator, dexcom, run } = simulated(WRONG);
    inject({ operation: AUTHENTICATE, drop: "before-headers", isProcessed: true, times: 1 });
    assert.equal((await refusal(run(read(dexcom)))).attempts, 2);
    await refusal(run(read(dexcom)));
    assert.equal(simulator.requests.length, 2);
  });
});
