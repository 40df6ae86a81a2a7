import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as library from "../../src/index.ts";
import { DexcomError } from "../../src/index.ts";
import { STEPS, type Fault, type Step } from "./faults/fault.ts";
import { startFaultServer, type FaultServer } from "./faults/fault-server.ts";
import { RECORD, type Counts } from "./faults/faulty-service.ts";
import { realRoute, scriptedRoute } from "./faults/routes.ts";
import { FAULTS } from "./faults/table.ts";
import { walk, type Walk } from "./faults/walk.ts";

/** The class that goes with each code. */
const CLASSES: Readonly<Record<string, keyof typeof library>> = {
  CREDENTIALS_REFUSED: "AccountError",
  LOCKED_OUT: "AccountError",
  SESSION_NOT_FOUND: "SessionError",
  SESSION_EXPIRED: "SessionError",
  INVALID_ARGUMENT: "ArgumentError",
  UNKNOWN_FAULT: "ServerError",
  UNEXPECTED_RESPONSE: "ServerError",
  INVALID_JSON: "ServerError",
  INVALID_SHAPE: "ServerError",
  DEFAULT_ID: "ServerError",
  RATE_LIMITED: "RateLimitError",
  NETWORK_FAILED: "NetworkError",
  ATTEMPT_TIMED_OUT: "TimeoutError",
};

/** A response is read up to 1 MB; buffers of the runtime can hold more. */
const MOST_READ_BYTES = 1_200_000;
const MOST_SENT_BYTES = 16_000_000;

/** A reader's call never takes longer. */
const DEADLINE_MS = 30_000;

/**
 * Codes that stand for the service's own word on a login. With the other codes it may have been carried out or
 * refused.
 */
const DECIDED: readonly string[] = [
  "CREDENTIALS_REFUSED",
  "LOCKED_OUT",
  "SESSION_NOT_FOUND",
  "SESSION_EXPIRED",
  "INVALID_ARGUMENT",
  "UNKNOWN_FAULT",
  "DEFAULT_ID",
  "RATE_LIMITED",
];

/** The first cool-down of a login that nobody knows the outcome of. */
const UNDECIDED_MS = 60_000;

/** All requests of a call: those before the faulty step, its own, and those that follow if it succeeds in the end. */
function totals(step: Step, fault: Fault, what: string, requests: number): Counts {
  const goesOn = what === "reading" || what === "nothing" ? 1 : 0;
  if (step === "authenticate") return { authenticate: requests, login: goesOn, read: goesOn };
  if (step === "login") return { authenticate: 1, login: requests, read: goesOn };
  if (step === "replay") return { authenticate: 1, login: 2, read: 1 + requests };
  return { authenticate: 1, login: fault.endsSession ? 2 : 1, read: requests };
}

function check(
  step: Step,
  fault: Fault,
  isOnce: boolean,
  { outcome, counts, again, countsAgain, service }: Walk,
): void {
  const cell = (isOnce ? fault.once : fault.always)[step];
  const [what, digits] = cell.split(" ") as [string, string];
  const requests = Number(digits);
  const where = `${fault.name}, ${isOnce ? "once" : "always"} at ${step}`;
  assert.equal(outcome.what, what, `${where}: ${String(outcome.error)}`);
  assert.deepEqual(counts, totals(step, fault, what, requests), `requests of ${where}`);
  for (const reading of [outcome.reading, again?.reading]) if (reading) assert.deepEqual(reading.json, RECORD, where);
  const { times } = service;
  const gaps = times.slice(1, requests).map((time, i) => time - times[i]!);
  // Timers of real time may be a millisecond early.
  for (const gap of gaps) assert.ok(gap >= (fault.gapMs ?? 0) - 2, `${gap} ms between requests: ${where}`);
  if (!outcome.error) return;
  assert.ok(outcome.error instanceof DexcomError, where);
  const { error } = outcome;
  assert.equal(error.constructor, library[CLASSES[what]!], where);
  assert.equal(error.attempts, step === "read" && fault.endsSession ? 1 : requests, `attempts: ${where}`);
  const isAboutPassword = /CREDENTIALS_REFUSED|LOCKED_OUT/.test(what);
  const isRead = step === "read" || step === "replay";
  const isUndecided = !isRead && !DECIDED.includes(what) && fault.turnsAway !== true;
  if (isAboutPassword && !isRead) assert.equal(error.retryAfterMs, 600_000, where);
  // A hint of the service is a wait of its own. These faults carry none of a minute.
  assert.equal(error.retryAfterMs === UNDECIDED_MS, isUndecided, `${error.retryAfterMs} ms: ${where}`);
  if (!error.retryAfterMs) return;
  // A request that must wait is not sent before its time. A session that is open may be used.
  assert.deepEqual(
    { ...countsAgain, ...(isAboutPassword && isRead && { read: 0 }) },
    { authenticate: 0, login: 0, read: 0 },
    `requests of the call after it: ${where}`,
  );
  if (isAboutPassword && isRead) return;
  assert.equal(again?.what, isUndecided ? "LOGIN_UNDECIDED" : what, `the call after it: ${where}`);
  const { attempts, status, retryAfterMs } = again.error as DexcomError;
  assert.deepEqual([attempts, status], [0, error.status], `the call after it: ${where}`);
  assert.ok(
    retryAfterMs! > 0 && retryAfterMs! <= error.retryAfterMs,
    `${retryAfterMs} ms, the call after it: ${where}`,
  );
}

describe("through a scripted fetch", () => {
  for (const fault of FAULTS.filter(({ only }) => only !== "server")) {
    test(fault.name, async () => {
      for (const step of STEPS) {
        for (const isOnce of [false, true]) {
          let route: ReturnType<typeof scriptedRoute> | undefined;
          let startedAt = 0;
          const walked = await walk(step, fault, isOnce, (service) => {
            route = scriptedRoute(service);
            startedAt = route.clock.now();
            return route;
          });
          const { clock, traffic } = route!;
          const where = `${fault.name}, ${isOnce ? "once" : "always"} at ${step}`;
          check(step, fault, isOnce, walked);
          assert.ok(clock.now() - startedAt <= 2 * DEADLINE_MS, `${clock.now() - startedAt} ms: ${where}`);
          await clock.advance(0);
          assert.equal(clock.sleeping, 0, `timers left: ${where}`);
          assert.equal(traffic.unread, 0, `bodies neither read nor cancelled: ${where}`);
          assert.equal(traffic.elsewhere, 0, `went elsewhere: ${where}`);
          assert.ok(traffic.longest <= MOST_READ_BYTES, `${traffic.longest} bytes read: ${where}`);
        }
      }
    });
  }
});

describe("through a real server", { concurrency: 2 }, () => {
  let server: FaultServer;
  before(async () => {
    server = await startFaultServer();
  });
  after(async () => {
    await server.close();
    assert.equal(server.elsewhere, 0, "requests that followed a redirect");
    assert.ok(server.longest <= MOST_SENT_BYTES, `${server.longest} bytes sent of one body`);
  });

  const played = FAULTS.filter(({ only }) => only !== "script");
  const takesTime = ({ name, gapMs }: Fault): boolean => gapMs !== undefined || name.includes("stalled");
  // Those that wait do it together, while this process is busy with the others.
  const groups: [string, Fault[]][] = [
    ["at once", played.filter((fault) => !takesTime(fault))],
    ["after waits", played.filter(takesTime)],
  ];
  for (const [name, faults] of groups) {
    describe(name, { concurrency: name === "at once" ? 4 : faults.length }, () => {
      for (const fault of faults) {
        test(fault.name, async () => {
          const walks = STEPS.flatMap((step) =>
            [false, true].map(async (isOnce) => {
              const route = (service: Walk["service"]) =>
                realRoute(service, fault, server.add(service), server.closedUrl);
              check(step, fault, isOnce, await walk(step, fault, isOnce, route));
            }),
          );
          await Promise.all(walks);
        });
      }
    });
  }
});
