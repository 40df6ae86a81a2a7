/** What a read costs besides the network: the client against the bare minimum over the same stub of `fetch`. */
import { Dexcom } from "dexcom-share-ts";
import { CREDENTIALS, expectCount, madeUpRecords, READ_PATH, SESSION_ID } from "./canned.ts";
import type { Measured, Measurements } from "./figure.ts";

const ROUNDS = 200;
const WARM_UP_ROUNDS = 40;
/** Short enough that both halves of a round see the same machine. Some systems count in ticks: only their sum is exact. */
const READINGS_PER_ROUND = 10_000;

export async function measureReads(): Promise<Measurements> {
  return { "read 288": await measureRead(288), "read 1": await measureRead(1) };
}

/** Reads over and over on one client, whose session the first call made: every call measured is a single request. */
async function measureRead(count: number): Promise<Measured> {
  const body = JSON.stringify(madeUpRecords(count));
  const session = JSON.stringify(SESSION_ID);
  const stub: typeof fetch = async (url) => new Response((url as string).includes("/Login") ? session : body);
  const dexcom = new Dexcom({ ...CREDENTIALS, fetch: stub });
  const request = { method: "POST", body: "{}" };
  const url = `https://share2.dexcom.com${READ_PATH}`;
  const bare = async (): Promise<unknown> => JSON.parse(await (await stub(url, request)).text());
  const read = count === 1 ? () => dexcom.getLatestGlucoseReading() : () => dexcom.getGlucoseReadings();
  await expectCount(read, count);

  const calls = Math.ceil(READINGS_PER_ROUND / (count + 10));
  // Once, and not in each round: a forced collection throws optimized code away, and that would be what is measured.
  globalThis.gc?.();
  const sums = { read: 0, bare: 0 };
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const name of round % 2 === 0 ? (["read", "bare"] as const) : (["bare", "read"] as const)) {
      const microseconds = await processorTime(name === "read" ? read : bare, calls);
      if (round >= 0) sums[name] += microseconds;
    }
  }
  return { figure: sums.read / (ROUNDS * calls), beside: sums.bare / (ROUNDS * calls) };
}

/** In microseconds, of this thread alone: what the machine does meanwhile for others is not in it. */
async function processorTime(call: () => Promise<unknown>, calls: number): Promise<number> {
  const start = process.threadCpuUsage();
  for (let i = 0; i < calls; i++) await call();
  const { user, system } = process.threadCpuUsage(start);
  return user + system;
}
