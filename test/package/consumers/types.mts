// Compiled as an ES module and, under the name types.cts, as a CommonJS one. It uses no global of any platform.
import { AccountError, Dexcom, DexcomError, MemorySessionCache, Region } from "dexcom-share-ts";
import type { GlucoseReading, SessionCache } from "dexcom-share-ts";
import { FileSessionStore } from "dexcom-share-ts/file";
import { Publisher, type PostedReading } from "dexcom-share-ts/publisher";
import { RedisSessionStore } from "dexcom-share-ts/redis";
import { ShareSimulator, VirtualClock } from "dexcom-share-ts/simulator";
import { listen } from "dexcom-share-ts/simulator/node";
import { KeyValueSessionStore, type SessionStore } from "dexcom-share-ts/store";
import { Subscriber, type LatestReading } from "dexcom-share-ts/subscriber";

const account = { username: "someone@example.com", password: "secret" };
const cache: SessionCache = new MemorySessionCache();
const simulator = new ShareSimulator({ accounts: [account], clock: new VirtualClock() });
const dexcom = new Dexcom({ ...account, region: Region.OUS, cache, fetch: simulator.fetch });

// dexcom-share-ts/file takes a path like any other program of Node's: its types use no global either.
const stores: SessionStore[] = [
  new FileSessionStore({ directory: "sessions", ttlMs: 1000 }),
  new KeyValueSessionStore({ get: async () => null, set: async () => undefined, delete: async () => true }),
  new RedisSessionStore(
    { status: "ready", get: async () => null, del: async () => 1, eval: async () => 1 },
    { prefix: "mine:" },
  ),
];
export const clients: Dexcom[] = stores.map((store) => new Dexcom({ ...account, cache: store }));

export async function read(): Promise<number | undefined> {
  const readings: GlucoseReading[] = await dexcom.getGlucoseReadings(60, 12);
  const latest: GlucoseReading | undefined = await dexcom.getLatestGlucoseReading();
  return latest?.mgDl ?? readings[0]?.mgDl;
}

export async function share(): Promise<PostedReading[]> {
  return new Publisher({ dexcom }).postReadings("SM12345678", [{ datetime: new Date(0), mgDl: 120 }]);
}

export async function follow(): Promise<GlucoseReading | undefined> {
  const subscriber = new Subscriber({
    accountId: "33333333-3333-3333-3333-333333333333",
    secret: "0123456789abcdef0123456789abcdef",
  });
  const latest: LatestReading[] = await subscriber.getLatestGlucoseReadings(["44444444-4444-4444-4444-444444444444"]);
  return latest[0]?.reading;
}

export async function serve(): Promise<string> {
  const server: { url: string; close(): Promise<void> } = await listen(simulator, { port: 0 });
  await server.close();
  return server.url;
}

export function explain(error: unknown): string {
  const base: DexcomError | undefined = error instanceof AccountError ? error : undefined;
  return base?.code ?? "none";
}

// A type that came out as `any` would let this pass, and the unused expectation would then be the error.
// @ts-expect-error an account has a user name or an id
new Dexcom({ username: 5, password: "secret" });
// @ts-expect-error a plain object is no store: KeyValueSessionStore makes one of it
new Dexcom({ ...account, cache: { get: async () => null, set: async () => undefined, delete: async () => undefined } });
