/** An uploader, and a simulated Nightscout on a clock that takes no time. */
import { createHash } from "node:crypto";
import type { GlucosePoint } from "../../src/glucose/glucose-point.ts";
import type { NightscoutEvent } from "../../src/nightscout/events.ts";
import type { NightscoutUploaderOptions } from "../../src/nightscout/options.ts";
import { NightscoutUploader } from "../../src/nightscout/uploader.ts";
import { ShareSimulator, VirtualClock, type RecordedRequest } from "../../src/simulator/index.ts";

export const SECRET = "made-up-secret-1";
export const SHA1: string = createHash("sha1").update(SECRET).digest("hex");
export const URL_OF_SITE = "https://site.example";
export const NOW: number = Date.UTC(2026, 2, 20, 12);
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export interface Bench {
  readonly clock: VirtualClock;
  readonly simulator: ShareSimulator;
  readonly uploader: NightscoutUploader;
  readonly events: NightscoutEvent[];
  /** Moves the clock until the promise settles. */
  run<T>(promise: Promise<T>): Promise<T>;
  /** Another uploader of the same fetch function. */
  another(options?: Partial<NightscoutUploaderOptions>): NightscoutUploader;
  /** Requests to the site, such as `"POST /api/v1/entries.json 200"`. */
  requests(): string[];
  /** Dates of the site's entries, in minutes before `NOW`, oldest first. */
  held(): number[];
}

export function makeBench(options: Partial<NightscoutUploaderOptions> = {}, tokens = {}): Bench {
  const clock = new VirtualClock(NOW);
  const simulator = new ShareSimulator({ clock, nightscout: { secret: SECRET, tokens } });
  const events: NightscoutEvent[] = [];
  const another: Bench["another"] = (own = {}) =>
    new NightscoutUploader({
      url: URL_OF_SITE,
      ...(own.token === undefined && { secret: SECRET }),
      fetch: simulator.fetch,
      clock,
      onEvent: (event) => events.push(event),
      ...own,
    });
  return {
    clock,
    simulator,
    uploader: another(options),
    events,
    another,
    run: (promise) => clock.runUntil(promise),
    requests: () =>
      simulator.requests.filter(isOfSite).map(({ method, path, status }) => `${method} ${path} ${status}`),
    held: () => simulator.nightscoutEntries.map(({ date }) => (NOW - date) / MINUTE_MS),
  };
}

export function isOfSite({ path }: RecordedRequest): boolean {
  return path.startsWith("/api/v1/");
}

/** A reading of so many minutes before `NOW`. */
export function ago(minutes: number, mgDl = 100): GlucosePoint {
  return { mgDl, datetime: new Date(NOW - minutes * MINUTE_MS), trend: 4 };
}

/** A reading every five minutes, from `count × 5` minutes ago to five minutes ago. */
export function every5(count: number): GlucosePoint[] {
  return Array.from({ length: count }, (_, index) => ago((count - index) * 5, 80 + (index % 100)));
}

/** Puts entries on the site as another uploader would. */
export async function post(bench: Bench, ...entries: readonly object[]): Promise<void> {
  const init = { method: "POST", headers: { "api-secret": SHA1 }, body: JSON.stringify(entries) };
  const response = await bench.run(bench.simulator.fetch(`${URL_OF_SITE}/api/v1/entries.json`, init));
  if (!response.ok) throw new Error(`the site responded ${response.status}`);
}
