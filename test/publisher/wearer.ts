import { Dexcom } from "../../src/index.ts";
import { Publisher, type NewReading, type PostedReading } from "../../src/publisher/index.ts";
import { ShareSimulator, VirtualClock, type ShareSimulatorOptions } from "../../src/simulator/index.ts";
import { SERIAL } from "./examples.ts";

export const WEARER = { username: "someone@example.com", password: "correct horse battery" };
export const START: number = Date.UTC(2026, 0, 1, 12);

/** A simulator, and a publisher whose receiver is assigned and whose session is active. */
export async function setUp(
  options: Partial<ShareSimulatorOptions> & { followers?: string[]; isReady?: boolean } = {},
): Promise<{
  clock: VirtualClock;
  simulator: ShareSimulator;
  publisher: Publisher;
  /** What was asked since, but logins and the time. */
  asked(): string[];
  /** The figures and moments that `Dexcom` reads, newest first. */
  held(): Promise<[number, number][]>;
}> {
  const { followers, isReady = true, ...rest } = options;
  const clock = new VirtualClock(START);
  const account = { ...WEARER, readings: [], ...(followers && { followers }) };
  const simulator = new ShareSimulator({ accounts: [account], clock, ...rest });
  const dexcom = new Dexcom({ ...WEARER, fetch: simulator.fetch, clock });
  const publisher = new Publisher({ dexcom });
  if (isReady) {
    await clock.runUntil(publisher.replaceReceiver(SERIAL));
    await clock.runUntil(publisher.startMonitoring(SERIAL));
  }
  const before = simulator.requests.length;
  return {
    clock,
    simulator,
    publisher,
    asked: () =>
      simulator.requests
        .slice(before)
        .flatMap(({ operation = "none" }) => (/Account$|ById$|UtcTime$/.test(operation) ? [] : [operation])),
    held: async () =>
      (await clock.runUntil(dexcom.getGlucoseReadings())).map(({ mgDl, datetime }) => [mgDl, datetime.getTime()]),
  };
}

/** `count` readings, five minutes apart, the last of them now. */
export const readings = (count: number): NewReading[] =>
  Array.from({ length: count }, (_, index) => ({
    mgDl: 100 + index,
    trend: "Flat",
    datetime: START - (count - 1 - index) * 300_000,
  }));

export const outcomes = (posted: readonly PostedReading[]): string => posted.map(({ outcome }) => outcome[0]).join("");
