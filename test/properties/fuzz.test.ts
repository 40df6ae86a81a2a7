import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Dexcom, DexcomError, type GlucoseReading } from "../../src/index.ts";
import { VirtualClock } from "../../src/simulator/index.ts";
import { TRENDS } from "../../src/glucose/trend.ts";
import { runs } from "../support/fuzzing.ts";
import { likeRecords, usualRecord } from "../support/like-records.ts";
import { headerValue, httpDate } from "./arbitrary-headers.ts";
import { failOnUnhandledRejections } from "../support/unhandled-rejections.ts";

failOnUnhandledRejections();

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

const id = fc.constantFrom("99999999-9999-9999-9999-999999999999", "5e551000-0000-0000-0000-000000000001");

const code = fc.constantFrom(
  "AccountPasswordInvalid",
  "SSO_InternalError",
  "SessionIdNotFound",
  "SessionNotValid",
  "InvalidArgument",
  "toString",
  "__proto__",
);

const fault = fc.record(
  { Code: fc.oneof(code, fc.jsonValue()), Message: fc.jsonValue(), SubCode: fc.jsonValue() },
  { requiredKeys: [] },
);

/** Responses of the service, near misses, and any other JSON value. */
const json = fc.oneof(id, fc.record({ accountId: fc.oneof(id, fc.jsonValue()) }), likeRecords, fault, fc.jsonValue());

const body = fc.oneof(
  { weight: 6, arbitrary: json.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 2000 }).map((bytes) => new Uint8Array(bytes)) },
);

const headers = fc.record(
  {
    "retry-after": fc.oneof(fc.nat().map(String), httpDate, headerValue),
    date: fc.oneof(httpDate, headerValue),
    "x-trace-id": fc.oneof(id, headerValue),
    "content-type": headerValue,
    location: headerValue,
    "content-length": headerValue,
  },
  { requiredKeys: [] },
);

const status = fc.oneof(
  { weight: 3, arbitrary: fc.constant(200) },
  fc.constantFrom(429, 500, 503),
  fc.integer({ min: 200, max: 599 }),
);

const reply: fc.Arbitrary<Reply> = fc.record({ status, headers, body });

const GOOD: Readonly<Record<string, unknown>> = {
  AuthenticatePublisherAccount: "99999999-9999-9999-9999-999999999999",
  LoginPublisherAccountById: "5e551000-0000-0000-0000-000000000001",
  ReadPublisherLatestGlucoseValues: [usualRecord(1691239553000, 132)],
};

/** Gives the replies in turn, and a good response in place of an absent one. */
function scripted(replies: readonly (Reply | undefined)[], bodies: string[]): typeof fetch {
  let next = 0;
  return async (input) => {
    const name = (input as string).split("/").pop()!;
    const { status = 200, headers = {}, body = JSON.stringify(GOOD[name]) } = replies[next++] ?? {};
    if (name.startsWith("Read")) bodies.push(typeof body === "string" ? body : new TextDecoder().decode(body));
    return new Response([204, 205, 304].includes(status) ? null : body, { status, headers });
  };
}

const NUMBER_OF: Readonly<Record<string, number>> = {
  none: 0,
  doubleup: 1,
  singleup: 2,
  fortyfiveup: 3,
  flat: 4,
  fortyfivedown: 5,
  singledown: 6,
  doubledown: 7,
  notcomputable: 8,
  rateoutofrange: 9,
  outofrange: 9,
};

/**
 * That every part of a reading is what the record says, told without the code that read it (PROTOCOL.md, "Dates",
 * "Trend" and "Value").
 */
function checkReading(reading: GlucoseReading, sent: readonly unknown[], mayBeUnknown: boolean): void {
  const record = reading.json as unknown as Record<string, unknown>;
  assert.ok(
    sent.some((one) => JSON.stringify(one) === JSON.stringify(record)),
    "a record that was not sent",
  );
  assert.match(String(record["Value"]), /^\d+$/);
  assert.ok(record["Value"] !== null && record["Value"] !== "");
  assert.equal(reading.mgDl, Number(record["Value"]));
  assert.ok(reading.mgDl > 12, "a status code for a figure");
  const instant = /^\/?Date\((-?\d+)([+-]\d{4})?\)\/?$/.exec(String(record["WT"] ?? record["ST"] ?? record["DT"]));
  assert.equal(reading.datetime.getTime(), Number(instant![1]));
  const trend = record["Trend"];
  const known =
    typeof trend === "number" || /^\d$/.test(String(trend))
      ? Number(trend)
      : NUMBER_OF[
          String(trend)
            .toLowerCase()
            .replace(/[\s_-]/g, "")
        ];
  if (known === undefined || !Object.hasOwn(TRENDS, known)) assert.ok(mayBeUnknown && reading.trend === 8);
  else assert.equal(reading.trend, known);
}

describe("any response", () => {
  for (const badRecords of ["reject", "report"] as const) {
    const many = fc.array(fc.option(reply, { nil: undefined, freq: 2 }), { minLength: 1, maxLength: 8 });
    // Most hostile responses end a call, so a read is mostly reached with good ones before it.
    const atRead = fc.record({
      status: fc.constant(200),
      headers,
      body: likeRecords.map((value) => JSON.stringify(value)),
    });
    const replies = fc.oneof(
      many,
      atRead.map((last) => [undefined, undefined, last]),
    );
    test(`readings that were sent come out, or a DexcomError (badRecords: "${badRecords}")`, async () => {
      let readings = 0;
      let errors = 0;
      const property = fc.asyncProperty(replies, async (replies) => {
        const clock = new VirtualClock();
        const bodies: string[] = [];
        const fetch = scripted(replies, bodies);
        const client = new Dexcom({
          username: "someone",
          password: "secret",
          fetch,
          clock,
          badRecords,
          onEvent: checkEvent,
        });
        try {
          const found = await clock.runUntil(client.getGlucoseReadings());
          const sent = JSON.parse(bodies.at(-1)!) as unknown[];
          for (const reading of found) checkReading(reading, sent, badRecords === "report");
          for (const [i, { datetime }] of found.entries())
            assert.ok(i === 0 || datetime <= found[i - 1]!.datetime, "not newest first");
          if (badRecords === "reject")
            assert.equal(found.length, Math.min(288, distinct(sent)), "records that were sent are missing");
          readings += found.length;
        } catch (error) {
          if (!(error instanceof DexcomError)) throw error;
          errors++;
        }
        await clock.advance(0);
        assert.equal(clock.sleeping, 0);
      });
      await fc.assert(property, runs(1500));
      assert.ok(readings > 100 && errors > 100, `${readings} readings, ${errors} errors: too few to tell`);
    });
  }

  test("a fetch that fails in any way makes a NetworkError", async () => {
    const failure = fc.oneof(
      fc.anything(),
      fc.string().map((text) => new TypeError(text)),
      fc.constant(new DOMException("", "AbortError")),
    );
    const property = fc.asyncProperty(failure, fc.boolean(), async (reason, isSynchronous) => {
      const fetch = (): Promise<Response> => {
        if (isSynchronous) throw reason;
        return Promise.reject(reason);
      };
      const clock = new VirtualClock();
      const client = new Dexcom({ username: "someone", password: "secret", fetch, clock });
      await assert.rejects(clock.runUntil(client.getLatestGlucoseReading()), {
        name: "NetworkError",
        code: "NETWORK_FAILED",
      });
    });
    await fc.assert(property, runs(100));
  });
});

function checkEvent(event: unknown): void {
  // A handler of the user's may write every event down as it is.
  JSON.stringify(event);
}

/** The number of records that differ in some field. A field that is an object differs from any other. */
function distinct(records: readonly unknown[]): number {
  const sorted = (record: unknown, i: number): string =>
    JSON.stringify(
      Object.entries(record as object)
        .map(([key, field]) => [key, Object(field) === field ? i : field])
        .sort(([a], [b]) => (a! < b! ? -1 : 1)),
    );
  return new Set(records.map(sorted)).size;
}
