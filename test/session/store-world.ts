import { Dexcom, type DexcomEvent, type DexcomOptions } from "../../src/index.ts";
import { ShareSimulator, VirtualClock, type ShareSimulatorOptions } from "../../src/simulator/index.ts";
import { MapStore, Place } from "../stores/map-store.ts";
import { ACCOUNT } from "../stores/service.ts";

/** Some processes that share a place; each has its own `fetch`, so none knows what another was refused. */
export function world(options: Partial<ShareSimulatorOptions> = {}): {
  clock: VirtualClock;
  simulator: ShareSimulator;
  place: Place;
  events: DexcomEvent[];
  start: (more?: Partial<DexcomOptions>) => Dexcom;
} {
  const clock = new VirtualClock();
  const simulator = new ShareSimulator({ accounts: [ACCOUNT], clock, ...options });
  const place = new Place(clock);
  const events: DexcomEvent[] = [];
  const start = (more: Partial<DexcomOptions> = {}): Dexcom =>
    new Dexcom({
      ...ACCOUNT,
      clock,
      fetch: (url, init) => simulator.fetch(url, init),
      cache: new MapStore(place),
      onEvent: (event) => void events.push(event),
      ...more,
    } as DexcomOptions);
  return { clock, simulator, place, events, start };
}
