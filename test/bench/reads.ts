/** What a read costs besides the network: the client against the bare minimum over the same stub of `fetch`. */
import { Dexcom } from "dexcom-share-ts";
import { CREDENTIALS, expectCount, madeUpRecords, READ_PATH, SESSION_ID } from "./canned.ts";
import { median, type Measured, type Measurements } from "./figure.ts";

const ROUNDS = 200;
const WARM_UP_ROUNDS = 40;
/** A round is long enough for the timer and short enough that both halves see the same machine. */
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
  const pairs: { read: number; bare: number }[] = [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    const readFirst = round % 2 === 0;
    const first = await microsecondsPerCall(readFirst ? read : bare, calls);
    const second = await microsecondsPerCall(readFirst ? bare : read, calls);
    if (round >= 0) pairs.push(readFirst ? { read: first, bare: second } : { read: second, bare: first });
  }
  return {
    figure: median(pairs.map((pair) => pair.read)),
    beside: median(pairs.map((pair) => pair.bare)),
    ratio: median(pairs.map((pair) => pair.read / pair.bare)),
  };
}

async function microsecondsPerCall(call: () => Promise<unknown>, calls: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < calls; i++) await call();
  return ((performance.now() - start) * 1000) / calls;
}
