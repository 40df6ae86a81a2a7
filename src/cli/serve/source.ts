import type { Dexcom } from "../../dexcom.ts";
import type { GlucoseReading } from "../../glucose-reading.ts";
import type { WebSource } from "../../web/source.ts";
import type { Recorder } from "../archive/recorder.ts";

/** Makes a source whose readings are kept, if the archive of the account is on, before they are shown. */
export function recordedSource(dexcom: Dexcom, recorder: Recorder): WebSource {
  async function* record(readings: AsyncGenerator<GlucoseReading, void, undefined>) {
    for await (const reading of readings) {
      await recorder.keep([reading]);
      yield reading;
    }
  }
  return {
    watch: (options) => record(dexcom.watch(options)),
    getGlucoseReadings: () => dexcom.getGlucoseReadings(),
  };
}
