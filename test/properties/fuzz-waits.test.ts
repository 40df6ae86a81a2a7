import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Dexcom, DexcomError, MemorySessionCache, TimeoutError } from "../../src/index.ts";
import { parseHttpDate, parseRetryAfter, retryDelayMs } from "../../src/http/retry.ts";
import { VirtualClock } from "../../src/simulator/index.ts";
import { runs } from "../support/fuzzing.ts";
import { headerValue, httpDate } from "./arbitrary-headers.ts";
import { failOnUnhandledRejections } from "../support/unhandled-rejections.ts";

failOnUnhandledRejections();

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
      async (retry, { timeoutMs, deadlineMs }, responses) => {
        const clock = new VirtualClock();
        const cache = new MemorySessionCache(clock);
        await cache.set("5e551000-0000-0000-0000-000000000001", 86_400_000);
        const startedAt = clock.now();
        const requests: { at: number; respondedAt: number; status: number; hintMs: number | undefined }[] = [];
        const fetch: typeof globalThis.fetch = async (_input, init) => {
          const { status, retryAfter, latencyMs } = responses[requests.length] ?? {
            status: 200,
            retryAfter: undefined,
            latencyMs: 0,
          };
          const request = {
            at: clock.now(),
            respondedAt: Infinity,
            status,
            hintMs: retryAfter === undefined ? undefined : retryAfter * 1000,
          };
          requests.push(request);
          await clock.sleep(latencyMs, init!.signal!);
          request.respondedAt = clock.now();
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
          const respondedAt = Math.min(request.respondedAt, request.at + timeoutMs);
          const isLost = request.respondedAt === Infinity;
          // A 500 may come from anybody: its hint does not count.
          const hintMs = isLost || request.status === 500 ? undefined : request.hintMs;
          const cap = Math.min(retry.maxDelayMs, retry.baseDelayMs * 2 ** i);
          const floor = !isLost && request.status === 429 ? 1000 : 0;
          const gap = next.at - respondedAt;
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
