import { RateLimitError, TimeoutError } from "dexcom-share-ts";
import { equal, rejects, simulated, type Case } from "./case.ts";
import { READ } from "./service.ts";

export const DEADLINE: readonly Case[] = [
  [
    "a stalled attempt times out, and a stalled service at the deadline",
    async () => {
      const { dexcom, another, simulator, run, clock } = simulated({ retry: { retries: 1 } });
      simulator.inject({ operation: READ, delayMs: Infinity });
      const start = clock.now();
      await rejects(run(dexcom.getLatestGlucoseReading()), TimeoutError, "ATTEMPT_TIMED_OUT");
      equal(clock.now() - start, 10_000, "the milliseconds of an attempt");
      const patient = another({ timeoutMs: 60_000 });
      await rejects(run(patient.getLatestGlucoseReading()), TimeoutError, "DEADLINE_EXCEEDED");
      equal(clock.now() - start, 40_000, "the milliseconds of both calls");
    },
  ],
  [
    "a Retry-After past the deadline ends the call, and later calls without a request",
    async () => {
      const { dexcom, simulator, run, operations } = simulated();
      simulator.inject({ operation: READ, status: 429, headers: { "retry-after": "3600" }, times: 1 });
      const error = await rejects(run(dexcom.getLatestGlucoseReading()), RateLimitError, "RATE_LIMITED");
      equal(error.retryAfterMs, 3_600_000);
      const before = operations().length;
      await rejects(run(dexcom.getLatestGlucoseReading()), RateLimitError, "RATE_LIMITED");
      equal(operations().length, before, "the number of requests");
    },
  ],
];
