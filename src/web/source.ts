import type { GlucoseReading } from "../glucose-reading.ts";
import type { WatchOptions } from "../watch/watch.ts";

/** Client whose readings are shown: a `Dexcom`, or an object with these two methods. */
export interface WebSource {
  watch(options?: WatchOptions): AsyncGenerator<GlucoseReading, void, undefined>;
  getGlucoseReadings(): Promise<GlucoseReading[]>;
}
