/**
 * Makes calls that end in every way, all at once, and says when the last is done. Then nothing may keep the process up.
 * Arguments: URLs of services that give a reading, stall, refuse the password, expire the session, and fail once, twice over.
 */
import { Dexcom, type DexcomOptions } from "../../../src/index.ts";
import { PASSWORD, USERNAME } from "../faults/faulty-service.ts";

const [good, stalled, refused, expired, failing, failingToo] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
  string,
];

/** Time limits whose timers would keep the process for long, if they were left. */
const LONG = { timeoutMs: 60_000, deadlineMs: 120_000 };

function read(baseUrl: string, options: Partial<DexcomOptions> = {}, signal?: AbortSignal): Promise<unknown> {
  const client = new Dexcom({ ...LONG, username: USERNAME, password: PASSWORD, baseUrl, ...options } as DexcomOptions);
  return client.getLatestGlucoseReading({ signal }).catch((error: unknown) => error);
}

/** For as long as the process lives. */
const { signal } = new AbortController();
const shortLived = new AbortController();
const whileWaiting = new AbortController();

const calls = [
  read(good, {}, signal),
  read(refused, {}, signal),
  read(expired, {}, signal),
  read(failing, { retry: { baseDelayMs: 10 } }, signal),
  // Of three accounts: after an undecided login, the other two would get no further than its cool-down.
  read(stalled, { timeoutMs: 100, retry: { retries: 1 } }, signal),
  read(stalled, { username: "second@example.com", deadlineMs: 100 }, signal),
  read(stalled, { username: "third@example.com" }, shortLived.signal),
  read(
    failingToo,
    { retry: { baseDelayMs: 60_000, maxDelayMs: 60_000, jitter: false }, deadlineMs: 600_000 },
    whileWaiting.signal,
  ),
];
setTimeout(() => {
  shortLived.abort();
  whileWaiting.abort();
}, 200);
const outcomes = await Promise.all(calls);
console.log(
  JSON.stringify({
    doneAt: Date.now(),
    outcomes: outcomes.map((outcome) => (outcome as { name?: string } | undefined)?.name ?? "reading"),
  }),
);
