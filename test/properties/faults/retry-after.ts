import { all, final, retried, type Fault } from "./fault.ts";

/** Soon enough to be waited for. */
const SECONDS = 2;
const HOUR = 3600;
/** Longer than the longest timer. */
const MONTH = 30 * 24 * HOUR;

const CODE = "RATE_LIMITED";
const waited: Partial<Fault> = { always: all(`${CODE} 3`) };

const later = (now: number, seconds: number): string =>
  new Date(Math.floor(now / 1000) * 1000 + seconds * 1000).toUTCString();
const date = (now: number): string => later(now, 0);

function limited(name: string, retryAfter: string, gapMs: number): Fault {
  return retried(name, CODE, () => ({ status: 429, headers: { "retry-after": retryAfter } }), { ...waited, gapMs });
}

/** Never earlier than told; a hint that does not fit ends the call; without one a 429 is worth a second at least (decision 5). */
export const RETRY_AFTER: readonly Fault[] = [
  retried("429 without Retry-After", CODE, () => ({ status: 429, body: "Slow down" }), { ...waited, gapMs: 1000 }),
  limited(`429 for ${SECONDS} seconds`, String(SECONDS), SECONDS * 1000),
  limited("429 for no time", "0", 0),
  retried(
    "429 until a date",
    CODE,
    ({ now }) => ({ status: 429, headers: { date: date(now), "retry-after": later(now, SECONDS) } }),
    { ...waited, gapMs: SECONDS * 1000 },
  ),
  retried(
    "429 until a date, from a service whose clock is an hour slow",
    CODE,
    ({ now }) => ({ status: 429, headers: { date: later(now, -HOUR), "retry-after": later(now, SECONDS - HOUR) } }),
    { ...waited, gapMs: SECONDS * 1000 },
  ),
  retried(
    "429 until a date that is past",
    CODE,
    ({ now }) => ({ status: 429, headers: { date: date(now), "retry-after": later(now, -HOUR) } }),
    waited,
  ),
  ...["soon", "-5", "1.5", "1e3", "", "0x10", "Sunday, 06-Nov-94 08:49:37 GMT", "2099-01-01", "9, 9"].map((garbage) =>
    limited(`429 with "${garbage}" for Retry-After`, garbage, 1000),
  ),
  ...[
    ["an hour", String(HOUR)],
    ["a month", String(MONTH)],
    ["a length of time beyond all numbers", "9".repeat(400)],
  ].map(([what, retryAfter]) =>
    final(`429 for ${what!}`, all(`${CODE} 1`), () => ({ status: 429, headers: { "retry-after": retryAfter! } })),
  ),
  final("429 until a date in an hour", all(`${CODE} 1`), ({ now }) => ({
    status: 429,
    headers: { date: date(now), "retry-after": later(now, HOUR) },
  })),
  retried(
    `503 for ${SECONDS} seconds`,
    "UNEXPECTED_RESPONSE",
    () => ({ status: 503, headers: { "retry-after": String(SECONDS) } }),
    { always: all("UNEXPECTED_RESPONSE 3"), gapMs: SECONDS * 1000, turnsAway: true },
  ),
  final(
    "503 for an hour",
    all("UNEXPECTED_RESPONSE 1"),
    () => ({ status: 503, headers: { "retry-after": String(HOUR) } }),
    { turnsAway: true },
  ),
];
