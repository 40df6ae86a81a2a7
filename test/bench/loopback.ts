/** What a read costs with a network that takes next to no time: the client against a bare fetch, over loopback HTTP. */
import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { Dexcom } from "dexcom-share-ts";
import { BARE_REQUEST, CREDENTIALS, expectCount, READ_PATH, SESSION_ID } from "./canned.ts";
import { median, quantile, type Measurements } from "./figure.ts";

/** Of these many reads each, a p50 and a p99 are taken; of the blocks' ratios, the median. */
const BLOCKS = 8;
const CALLS_PER_BLOCK = { 1: 1000, 288: 500 } as const;
const WARM_UP_CALLS = 1000;

export async function measureLoopback(): Promise<Measurements> {
  const server = fork(path.join(import.meta.dirname, "loopback-server.ts"));
  try {
    const [port] = (await once(server, "message", { signal: AbortSignal.timeout(10_000) })) as [number];
    const baseUrl = `http://127.0.0.1:${port}`;
    return { ...(await measureRead(baseUrl, 1)), ...(await measureRead(baseUrl, 288)) };
  } finally {
    server.kill();
  }
}

async function measureRead(baseUrl: string, count: 1 | 288): Promise<Measurements> {
  const dexcom = new Dexcom({ ...CREDENTIALS, baseUrl });
  const read = (): Promise<unknown> => dexcom.getGlucoseReadings(1440, count);
  const request = { ...BARE_REQUEST, body: JSON.stringify({ sessionId: SESSION_ID, minutes: 1440, maxCount: count }) };
  const bare = async (): Promise<unknown> => JSON.parse(await (await fetch(baseUrl + READ_PATH, request)).text());
  await expectCount(read, count);
  await expectCount(bare, count);
  await measureBlock(read, bare, WARM_UP_CALLS);
  const blocks: Awaited<ReturnType<typeof measureBlock>>[] = [];
  for (let i = 0; i < BLOCKS; i++) blocks.push(await measureBlock(read, bare, CALLS_PER_BLOCK[count]));
  const at = (share: number): { figure: number; beside: number; ratio: number } => {
    const ends = blocks.map((block) => ({ read: quantile(block.read, share), bare: quantile(block.bare, share) }));
    return {
      figure: median(ends.map((end) => end.read)),
      beside: median(ends.map((end) => end.bare)),
      ratio: median(ends.map((end) => end.read / end.bare)),
    };
  };
  return { [`loopback ${count} p50`]: at(0.5), [`loopback ${count} p99`]: at(0.99) };
}

/** In turns, each going first as often as the other: both see the same machine. */
async function measureBlock(
  read: () => Promise<unknown>,
  bare: () => Promise<unknown>,
  calls: number,
): Promise<{ read: number[]; bare: number[] }> {
  const times = { read: [] as number[], bare: [] as number[] };
  const take = async (name: "read" | "bare"): Promise<void> => {
    const start = performance.now();
    await (name === "read" ? read : bare)();
    times[name].push((performance.now() - start) * 1000);
  };
  for (let i = 0; i < calls; i++) {
    await take(i % 2 === 0 ? "read" : "bare");
    await take(i % 2 === 0 ? "bare" : "read");
  }
  return times;
}
