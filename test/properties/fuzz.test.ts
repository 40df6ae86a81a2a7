import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import { Dexcom, DexcomError, MemorySessionCache, TimeoutError, type GlucoseReading } from "../../src/index.ts";
import { parseHttpDate, parseRetryAfter, retryDelayMs } from "../../src/http/retry.ts";
import { VirtualClock } from "../../src/simulator/index.ts";
import { parseTrend, TRENDS } from "../../src/trend.ts";
import { parseWireDate } from "../../src/wire/dates.ts";
import { parseRecord, parseFast } from "../../src/wire/readings.ts";
import { runs } from "../support/fuzzing.ts";
import { likeRecord, likeRecords, likeUsual, usualRecord } from "../support/like-records.ts";

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
before(() => void process.on("unhandledRejection", note));
after(async () => {
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", note);
  assert.deepEqual(unhandled, []);
});

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
/** What the service answers, what is nearly that, and anything that there is. */
const json = fc.oneof(id, fc.record({ accountId: fc.oneof(id, fc.jsonValue()) }), likeRecords, fault, fc.jsonValue());
const body = fc.oneof(
  { weight: 6, arbitrary: json.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 2000 }).map((bytes) => new Uint8Array(bytes)) },
);
/** What a header can hold at all. */
const headerValue = fc.stringMatching(/^[!-~\u00a0-\u00ff]{0,40}$/);
const httpDate = fc
  .date({ noInvalidDate: true, min: new Date(0), max: new Date("9999-01-01") })
  .map((date) => date.toUTCString());
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

/** Gives the replies in turn, a good answer where there is none. */
function scripted(replies: readonly (Reply | undefined)[], answered: string[]): typeof fetch {
  let next = 0;
  return async (input) => {
    const name = (input as string).split("/").pop()!;
    const { status = 200, headers = {}, body = JSON.stringify(GOOD[name]) } = replies[next++] ?? {};
    if (name.startsWith("Read")) answered.push(typeof body === "string" ? body : new TextDecoder().decode(body));
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

describe("whatever is answered", () => {
  for (const badRecords of ["reject", "report"] as const) {
    const many = fc.array(fc.option(reply, { nil: undefined, freq: 2 }), { minLength: 1, maxLength: 8 });
    // Most hostile answers end a call, so that a read is mostly reached with good ones before it.
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
        const answered: string[] = [];
        const fetch = scripted(replies, answered);
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
          const sent = JSON.parse(answered.at(-1)!) as unknown[];
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

/** How many records an answer has that differ in some field; a field that is an object differs from any other. */
function distinct(records: readonly unknown[]): number {
  const sorted = (record: unknown, i: number): string =>
    JSON.stringify(
      Object.entries(record as object)
        .map(([key, field]) => [key, Object(field) === field ? i : field])
        .sort(([a], [b]) => (a! < b! ? -1 : 1)),
    );
  return new Set(records.map(sorted)).size;
}

const offset = fc
  .record({ sign: fc.constantFrom("+", "-"), minutes: fc.integer({ min: 0, max: 19 * 60 + 59 }) })
  .map(({ sign, minutes }) => {
    const two = (part: number): string => String(part).padStart(2, "0");
    return `${sign}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`;
  });

describe("dates and trends", () => {
  test("a date comes back as it was written", () => {
    const time = fc.integer({ min: -8.64e15, max: 8.64e15 });
    const property = fc.property(
      time,
      fc.option(offset, { nil: undefined }),
      fc.constantFrom("", "/"),
      (time, offset, slash) => {
        assert.deepEqual(parseWireDate(`${slash}Date(${time}${offset ?? ""})${slash}`), { time, offset });
      },
    );
    fc.assert(property, runs(500));
  });

  test("what is read as a date is one, and all of it was read", () => {
    const nearly = fc.stringMatching(/^\/?(Date|date)?\(?-?\d{0,17}([+-]\d{0,5})?\)?\/?.?$/);
    const property = fc.property(fc.oneof(nearly, fc.string(), fc.anything()), (value) => {
      const date = parseWireDate(value);
      if (!date) return;
      assert.ok(!Number.isNaN(new Date(date.time).getTime()));
      const digits = /\((-?)0*(\d+)(?:[+-]\d{4})?\)/.exec(String(value))!;
      assert.equal(Math.abs(date.time), Number(digits[2]));
      assert.ok(
        String(value)
          .replaceAll("/", "")
          .endsWith(`${date.offset ?? ""})`),
      );
    });
    fc.assert(property, runs(1000));
  });

  test("a trend is known by its number, its digit and its name in any case and spacing", () => {
    const mangle = (name: string, picks: readonly number[]): string =>
      Array.from(name, (letter) => letter)
        .map(
          (letter, i) =>
            [letter, letter.toUpperCase(), letter.toLowerCase(), ` ${letter}`, `${letter}_`, `-${letter}`][
              picks[i % picks.length]!
            ],
        )
        .join("");
    const picks = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 14 });
    const property = fc.property(fc.integer({ min: 0, max: 9 }), picks, (trend, picks) => {
      for (const spelling of [trend, String(trend), mangle(TRENDS[trend]!.direction, picks)]) {
        assert.equal(parseTrend(spelling)?.trend, trend, String(spelling));
      }
    });
    fc.assert(property, runs(300));
  });

  test("nothing else is a trend", () => {
    const inherited = fc.constantFrom(
      "toString",
      "constructor",
      "__proto__",
      "length",
      "at",
      "-1",
      "10",
      "1.0",
      "",
      " ",
      "NaN",
    );
    fc.assert(
      fc.property(fc.oneof(inherited, fc.string(), fc.anything(), fc.double(), fc.integer()), (value) => {
        const trend = parseTrend(value)?.trend;
        const expected =
          typeof value === "string" && !/^\d$/.test(value)
            ? NUMBER_OF[value.toLowerCase().replace(/[\s_-]/g, "")]
            : value;
        if (trend !== undefined) assert.ok(trend === Number(expected), String(value));
      }),
      runs(1000),
    );
  });
});

describe("the short way for usual records", () => {
  test("reads what the schema reads, and nothing else", () => {
    let short = 0;
    const property = fc.property(
      fc.oneof({ weight: 6, arbitrary: likeUsual }, likeRecord, fc.anything()),
      fc.option(offset, { nil: undefined }),
      (record, knownZone) => {
        const usual = parseFast(record, knownZone);
        if (usual === undefined) return;
        short++;
        assert.deepEqual(usual, parseRecord(record));
      },
    );
    fc.assert(property, runs(5000));
    assert.ok(short > 500, `only ${short} went the short way`);
  });

  test("is taken by every usual record", () => {
    const time = fc.integer({ min: 0, max: 999_999_999_999_999 });
    const property = fc.property(
      time,
      fc.integer({ min: 13, max: 600 }),
      offset,
      fc.constantFrom(...TRENDS),
      (time, figure, offset, { direction }) => {
        const record = { ...usualRecord(time, figure, offset), Trend: direction };
        assert.deepEqual(parseFast(record), parseRecord(record));
        assert.deepEqual(parseFast(record, offset), parseRecord(record));
      },
    );
    fc.assert(property, runs(500));
  });
});

const policy = fc.record({
  retries: fc.integer({ min: 0, max: 6 }),
  baseDelayMs: fc.integer({ min: 0, max: 2000 }),
  maxDelayMs: fc.integer({ min: 0, max: 8000 }),
  jitter: fc.boolean(),
  retryOnStatuses: fc.constant([429, 500, 502, 503, 504]),
});

describe("waits", () => {
  test("a delay is between 0 and its cap, and never before a hint", () => {
    const hint = fc.option(fc.integer({ min: 0, max: 2 ** 40 }), { nil: undefined });
    const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const property = fc.property(
      policy,
      fc.integer({ min: 1, max: 60 }),
      fc.constantFrom(429, 500, undefined),
      hint,
      draw,
      (policy, attempt, status, retryAfterMs, random) => {
        const delay = retryDelayMs(policy, attempt, { status, retryAfterMs }, () => random);
        // A hint counts for a day at most.
        if (retryAfterMs !== undefined) return assert.equal(delay, Math.min(retryAfterMs, 86_400_000));
        const cap = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 1));
        const least = status === 429 ? 1000 : 0;
        assert.ok(delay >= least && delay <= Math.max(least, cap), `${delay} ms with a cap of ${cap}`);
        if (!policy.jitter) assert.equal(delay, Math.max(least, cap));
      },
    );
    fc.assert(property, runs(2000));
  });

  test("Retry-After is whole seconds, a date of the one form there is, or nothing", () => {
    const value = fc.oneof(fc.nat().map(String), httpDate, headerValue);
    const property = fc.property(
      value,
      fc.option(httpDate, { nil: undefined }),
      fc.date({ noInvalidDate: true, min: new Date(0), max: new Date("2100-01-01") }),
      (value, date, now) => {
        const hint = parseRetryAfter(
          new Headers({ "retry-after": value, ...(date !== undefined && { date }) }),
          now.getTime(),
        );
        if (/^\d+$/.test(value)) return assert.equal(hint, Number(value) * 1000);
        if (!/^\w{3}, \d{2} \w{3} \d{4} \d\d:\d\d:\d\d GMT$/.test(value)) return assert.equal(hint, undefined, value);
        assert.equal(hint, Math.max(0, Date.parse(value) - (date === undefined ? now.getTime() : Date.parse(date))));
      },
    );
    fc.assert(property, runs(1000));
  });

  test("a date of HTTP is read as it is written, and no other", () => {
    fc.assert(
      fc.property(httpDate, (date) => assert.equal(parseHttpDate(date), Date.parse(date))),
      runs(200),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
        ),
        (text) => assert.equal(parseHttpDate(text), undefined),
      ),
      runs(300),
    );
  });

  const failing = fc.record({
    status: fc.constantFrom(429, 500, 503),
    retryAfter: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }),
    latencyMs: fc.integer({ min: 0, max: 15_000 }),
  });
  test("a call keeps to its deadline, its attempts and every hint, whatever fails", async () => {
    const limits = { timeoutMs: fc.integer({ min: 1, max: 12_000 }), deadlineMs: fc.integer({ min: 1, max: 60_000 }) };
    const property = fc.asyncProperty(
      policy,
      fc.record(limits),
      fc.array(failing, { maxLength: 8 }),
      async (retry, { timeoutMs, deadlineMs }, answers) => {
        const clock = new VirtualClock();
        const cache = new MemorySessionCache(clock);
        await cache.set("5e551000-0000-0000-0000-000000000001", 86_400_000);
        const startedAt = clock.now();
        const requests: { at: number; answeredAt: number; status: number; hintMs: number | undefined }[] = [];
        const fetch: typeof globalThis.fetch = async (_input, init) => {
          const { status, retryAfter, latencyMs } = answers[requests.length] ?? {
            status: 200,
            retryAfter: undefined,
            latencyMs: 0,
          };
          const request = {
            at: clock.now(),
            answeredAt: Infinity,
            status,
            hintMs: retryAfter === undefined ? undefined : retryAfter * 1000,
          };
          requests.push(request);
          await clock.sleep(latencyMs, init!.signal!);
          request.answeredAt = clock.now();
          return new Response("[]", {
            status,
            headers: retryAfter === undefined ? {} : { "retry-after": String(retryAfter) },
          });
        };
        const client = new Dexcom({
          username: "someone",
          password: "secret",
          fetch,
          clock,
          cache,
          retry,
          timeoutMs,
          deadlineMs,
        });
        const outcome = await clock.runUntil(client.getGlucoseReadings().catch((error: unknown) => error));
        assert.ok(Array.isArray(outcome) || outcome instanceof DexcomError);
        assert.ok(clock.now() - startedAt <= deadlineMs, `${clock.now() - startedAt} ms`);
        if (outcome instanceof TimeoutError && outcome.code === "DEADLINE_EXCEEDED")
          assert.equal(clock.now() - startedAt, deadlineMs);
        assert.ok(requests.length <= Math.max(1, retry.retries), `${requests.length} attempts`);
        for (const [i, request] of requests.entries()) {
          const next = requests[i + 1];
          if (next === undefined) continue;
          const answeredAt = Math.min(request.answeredAt, request.at + timeoutMs);
          const isLost = request.answeredAt === Infinity;
          // A 500 may come from anybody: its hint does not count.
          const hintMs = isLost || request.status === 500 ? undefined : request.hintMs;
          const cap = Math.min(retry.maxDelayMs, retry.baseDelayMs * 2 ** i);
          const floor = !isLost && request.status === 429 ? 1000 : 0;
          const gap = next.at - answeredAt;
          assert.ok(gap >= (hintMs ?? floor), `${gap} ms after a hint of ${hintMs} ms`);
          assert.ok(gap <= (hintMs ?? Math.max(floor, cap)) + 1e-6, `${gap} ms with a cap of ${cap} ms`);
        }
        await clock.advance(0);
        assert.equal(clock.sleeping, 0);
      },
    );
    await fc.assert(property, runs(800));
  });
});
