import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DexcomError } from "../../src/errors.ts";
import type { DexcomEvent } from "../../src/events.ts";
import { ACCOUNT_ID, fault, faultBody, json, page, record, text } from "../support/responses.ts";
import { scripted, USERNAME } from "../support/client.ts";
import { assertSecretFree } from "../support/secret-search.ts";
import type { SentRequest, Step } from "../support/scripted-fetch.ts";

const PASSWORD = "CanaryPassword";
const SESSION_ID = "cacaca00-cafe-cafe-cafe-cacacacacaca";
const SECRETS = [PASSWORD, SESSION_ID];

/** Echoes of everything that was sent, in each part of a response or a failure. */
const HOSTILE: readonly (readonly [what: string, step: (request: SentRequest) => Response])[] = [
  ["a fault's message", ({ init }) => fault("SessionNotValid", `[SessionId = ${init.body as string}]`)],
  ["a refusal's message", ({ init }) => fault("AccountPasswordInvalid", init.body as string)],
  ["an unknown fault's message", ({ init }) => fault("New", init.body as string)],
  ["an argument's refusal", ({ init }) => fault("InvalidArgument", `password UUID ${init.body as string}`)],
  ["a fault's SubCode", ({ init }) => json({ ...faultBody("New"), SubCode: init.body }, { status: 500 })],
  ["a fault's Code", ({ body }) => fault(String(body["password"] ?? body["sessionId"]))],
  [
    "a fault's TypeName and more",
    ({ init }) => json({ ...faultBody("New"), TypeName: init.body, More: init.body }, { status: 500 }),
  ],
  ["a page", ({ init }) => text(`<html>${init.body as string}</html>`, { status: 403 })],
  ["JSON that is cut short", ({ init }) => text((init.body as string).slice(0, -1))],
  ["JSON of another shape", ({ body }) => json(body)],
  [
    "JSON of another shape, deeper",
    ({ body }) => json([{ WT: body["sessionId"], Value: body["sessionId"], Trend: body["password"], ...body }]),
  ],
  ["a trace id", ({ body }) => page(403, { "x-trace-id": String(body["sessionId"] ?? body["password"]) })],
  [
    "other headers",
    ({ body }) => page(403, Object.fromEntries(Object.entries(body).map(([name, value]) => [name, String(value)]))),
  ],
  ["a Retry-After", ({ body }) => page(503, { "retry-after": String(body["password"] ?? body["sessionId"]) })],
  [
    "a redirect",
    ({ init }) =>
      text(null, {
        status: 302,
        headers: { location: `https://elsewhere.example/?${encodeURI(init.body as string)}` },
      }),
  ],
  [
    "a failure of fetch",
    ({ init, url }) => {
      const cause = Object.assign(new Error(`${url} ${init.body as string}`), {
        code: "ECONNRESET",
        request: init,
        url,
        body: init.body,
      });
      throw Object.assign(new TypeError(`fetch failed: ${init.body as string}`, { cause }), { init });
    },
  ],
  [
    "a failure that is no error",
    ({ init }) => {
      throw init;
    },
  ],
  [
    "a failure by the name of a secret",
    ({ body: { sessionId = "x" } }) => {
      throw Object.assign(new Error("x"), { name: sessionId, code: sessionId });
    },
  ],
  [
    "a body that breaks off",
    ({ init }) => new Response(new ReadableStream({ pull: () => Promise.reject(new Error(init.body as string)) })),
  ],
];

/** The step of the three that gets the echo. */
const BEFORE: readonly (readonly [where: string, steps: readonly Step[]])[] = [
  ["the first login step", []],
  ["the second login step", [() => json(ACCOUNT_ID)]],
  ["the read", [() => json(ACCOUNT_ID), () => json(SESSION_ID)]],
];

describe("no secret leaves", () => {
  for (const [what, hostile] of HOSTILE) {
    for (const [where, steps] of BEFORE) {
      test(`in ${what}, in response to ${where}`, async () => {
        const events: DexcomEvent[] = [];
        const { dexcom, run } = scripted([...steps, ...Array.from({ length: 9 }, () => hostile)], {
          username: USERNAME,
          accountId: undefined,
          password: PASSWORD,
          onEvent: (event) => void events.push(event),
        });
        const error: unknown = await run(dexcom.getGlucoseReadings()).catch((thrown: unknown) => thrown);
        assert.ok(error instanceof DexcomError, String(error));
        assertSecretFree(error, SECRETS, "the error");
        assertSecretFree(events, SECRETS, "the events");
        assertSecretFree(dexcom, SECRETS, "the client");
        // A later call can repeat a remembered error.
        assertSecretFree(
          await run(dexcom.getGlucoseReadings()).catch((thrown: unknown) => thrown),
          SECRETS,
          "the next error",
        );
      });
    }
  }

  test("with bad records that are reported", async () => {
    const events: DexcomEvent[] = [];
    const { dexcom, run } = scripted(
      [json(SESSION_ID), json([record(0, { Value: SESSION_ID }), record(5, { WT: PASSWORD })])],
      {
        password: PASSWORD,
        badRecords: "report",
        onEvent: (event) => void events.push(event),
      },
    );
    await run(dexcom.getGlucoseReadings());
    assert.equal(events.filter(({ type }) => type === "bad-record").length, 2);
    assertSecretFree(events, SECRETS, "the events");
  });

  test("in the address or the headers of any request", async () => {
    const { script, dexcom, run } = scripted([json(ACCOUNT_ID), json(SESSION_ID), json([])], {
      username: USERNAME,
      accountId: undefined,
      password: PASSWORD,
    });
    await run(dexcom.getGlucoseReadings());
    assert.equal(script.requests.length, 3);
    for (const { url, init } of script.requests) {
      assertSecretFree(url, SECRETS, "the address");
      assertSecretFree(init.headers, SECRETS, "the headers");
      assert.doesNotMatch(url, new RegExp(`${USERNAME}|\\?`));
    }
  });

  test("in a client or its results after good calls", async () => {
    const { dexcom, events, run } = scripted([json(SESSION_ID), json([record()])], { password: PASSWORD });
    const readings = await run(dexcom.getGlucoseReadings());
    for (const what of [dexcom, readings, events]) assertSecretFree(what, SECRETS, "what a user sees");
  });
});
