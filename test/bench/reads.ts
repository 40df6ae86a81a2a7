/** What a read costs besides the network: the client against the bare minimum over the same stub of `fetch`. */
import { Dexcom } from "dexcom-share-ts";
import { median, type Figure } from "./figure.ts";

const ROUNDS = 200;
const WARM_UP_ROUNDS = 40;
/** A round is long enough for the timer and short enough that both halves see the same machine. */
const READINGS_PER_ROUND = 10_000;

const READING_INTERVAL_MS = 300_000;
const NEWEST_MS = 1_691_239_553_000;
const TRENDS = ["Flat", "FortyFiveUp", "SingleUp", "FortyFiveUp", "Flat", "FortyFiveDown", "SingleDown", "FortyFiveDown"];
const URL_OF_READ = "https://share2.dexcom.com/ShareWebServices/Services/Publisher/ReadPublisherLatestGlucoseValues";

/** Made up, in the form of the protocol: newest first, 300 s apart, rising and falling around 140 mg/dL. */
export function madeUpRecords(count: number): object[] {
  return Array.from({ length: count }, (_, index) => {
    const time = NEWEST_MS - index * READING_INTERVAL_MS;
    return {
      WT: `Date(${time})`,
      ST: `Date(${time})`,
      DT: `Date(${time}-0400)`,
      Value: 140 + Math.round(60 * Math.sin(index / 11)),
      Trend: TRENDS[Math.floor(index / 8) % TRENDS.length],
    };
  });
}

/** Reads over and over on one client, whose session the first call made: every call measured is a single request. */
export async function measureRead(count: number, limit: number, aim: number): Promise<Figure> {
  const body = JSON.stringify(madeUpRecords(count));
  const session = JSON.stringify("11111111-2222-4333-8444-555555555555");
  const stub: typeof fetch = async (url) => new Response((url as string).includes("/Login") ? session : body);
  const dexcom = new Dexcom({
    accountId: "99999999-9999-9999-9999-999999999999",
    password: "secret",
    fetch: stub,
  });
  const request = { method: "POST", body: "{}" };
  const bare = async (): Promise<unknown> => JSON.parse(await (await stub(URL_OF_READ, request)).text());
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
  const ratio = median(pairs.map((pair) => pair.read / pair.bare));
  return {
    name: `read of ${count} record${count === 1 ? "" : "s"}`,
    measured: median(pairs.map((pair) => pair.read)),
    yardstick: median(pairs.map((pair) => pair.bare)),
    yardstickName: "stub fetch + JSON.parse",
    unit: "µs",
    ratio,
    limit: aim < limit ? `× ${limit}, aim × ${aim}` : `× ${limit}`,
    isWithin: ratio <= limit,
  };
}

async function expectCount(read: () => Promise<unknown>, count: number): Promise<void> {
  const answer = await read();
  const got = Array.isArray(answer) ? answer.length : Number(answer !== undefined);
  if (got !== count) throw new Error(`${got} readings came where ${count} were served`);
}

async function microsecondsPerCall(call: () => Promise<unknown>, calls: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < calls; i++) await call();
  return ((performance.now() - start) * 1000) / calls;
}
