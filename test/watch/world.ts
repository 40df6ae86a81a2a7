import {
  Dexcom,
  type Clock,
  type DexcomEvent,
  type DexcomOptions,
  type GlucoseReading,
  type WatchOptions,
} from "../../src/index.ts";
import {
  ShareSimulator,
  VirtualClock,
  type ReadingInput,
  type ShareSimulatorOptions,
} from "../../src/simulator/index.ts";

export const SECOND_MS = 1000;
export const MINUTE_MS: number = 60 * SECOND_MS;
export const HOUR_MS: number = 60 * MINUTE_MS;
export const DAY_MS: number = 24 * HOUR_MS;
/** One reading every five minutes. */
export const SLOT_MS: number = 5 * MINUTE_MS;
/** When each world begins. A reading is measured in this very second, and every five minutes before and after. */
export const START_MS: number = Date.UTC(2026, 2, 3, 12);
export const READ = "ReadPublisherLatestGlucoseValues";
export const USER = { username: "someone@example.com", password: "secret" };

/** Readings `from` … `to` of the grid (0 is measured at the start), each at the service `delayMs` later. */
export function readings(
  from: number,
  to: number,
  delayMs: number | ((slot: number) => number) = 18 * SECOND_MS,
): ReadingInput[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const slot = from + index;
    const time = START_MS + slot * SLOT_MS;
    return {
      mgDl: 100 + (((slot % 100) + 100) % 100),
      datetime: time,
      availableAt: time + (typeof delayMs === "number" ? delayMs : delayMs(slot)),
    };
  });
}

/** A reading as it was delivered. */
export interface Delivered {
  /** Its place on the grid; a fraction if it is off the grid. */
  readonly slot: number;
  readonly isLate: boolean;
  /** Milliseconds since the start, by the service's clock. */
  readonly atMs: number;
  readonly reading: GlucoseReading;
}

export interface World {
  readonly clock: VirtualClock;
  readonly simulator: ShareSimulator;
  readonly dexcom: Dexcom;
  readonly events: (DexcomEvent & { readonly atMs: number })[];
  /** The client's clock, which may be wrong. */
  readonly own: Clock & { errorMs: number };
  /** The requests for readings: seconds since the start, and how many minutes were asked for. */
  reads(): { atS: number; minutes: number; maxCount: number }[];
  count(operation: string): number;
  eventsOf<T extends DexcomEvent["type"]>(type: T): (Extract<DexcomEvent, { type: T }> & { readonly atMs: number })[];
  follow(options?: WatchOptions): Following;
}

export interface Following {
  readonly delivered: Delivered[];
  readonly slots: () => number[];
  /** Settles when the loop is over. */
  readonly done: Promise<void>;
  /** The error that ended the loop; `undefined` while it runs, and if it ended without an error. */
  readonly failure: () => unknown;
  readonly hasEnded: () => boolean;
}

/** A service and a client of it. */
export function makeWorld(
  given: readonly ReadingInput[],
  {
    errorMs = 0,
    service,
    ...options
  }: Partial<DexcomOptions> & { errorMs?: number; service?: Partial<ShareSimulatorOptions> } = {},
): World {
  const clock = new VirtualClock(START_MS);
  const simulator = new ShareSimulator({ accounts: [{ ...USER, readings: given }], clock, ...service });
  const own = {
    errorMs,
    now: () => clock.now() + own.errorMs,
    sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms, signal),
    hold: <T>(work: Promise<T>) => clock.hold(work),
  };
  const events: World["events"] = [];
  const onEvent = (event: DexcomEvent): void => void events.push({ ...event, atMs: clock.now() - START_MS });
  const dexcom = new Dexcom({
    ...USER,
    fetch: simulator.fetch,
    clock: own,
    onEvent,
    retry: { retries: 1 },
    ...options,
  } as DexcomOptions);
  return {
    clock,
    simulator,
    dexcom,
    events,
    own,
    reads: () =>
      simulator.requests
        .filter(({ operation }) => operation === READ)
        .map(({ timeMs, arguments: { minutes, maxCount } }) => ({
          atS: (timeMs - START_MS) / SECOND_MS,
          minutes: Number(minutes),
          maxCount: Number(maxCount),
        })),
    count: (wanted) => simulator.requests.filter(({ operation }) => operation === wanted).length,
    eventsOf: (type) => events.filter((event) => event.type === type) as never,
    follow: (watchOptions) => follow(dexcom, clock, watchOptions),
  };
}

function follow(dexcom: Dexcom, clock: Clock, options?: WatchOptions): Following {
  const delivered: Delivered[] = [];
  let failure: unknown;
  let hasEnded = false;
  const loop = async (): Promise<void> => {
    for await (const reading of dexcom.watch(options)) {
      const slot = (reading.datetime.getTime() - START_MS) / SLOT_MS;
      delivered.push({ slot, isLate: reading.late === true, atMs: clock.now() - START_MS, reading });
    }
  };
  const done = loop()
    .catch((error: unknown) => {
      failure = error;
    })
    .finally(() => {
      hasEnded = true;
    });
  return {
    delivered,
    slots: () => delivered.map(({ slot }) => slot),
    done,
    failure: () => failure,
    hasEnded: () => hasEnded,
  };
}

/** The whole numbers from `from` to `to`. */
export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
