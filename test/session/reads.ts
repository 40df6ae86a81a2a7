import { Dexcom } from "../../src/dexcom.ts";
import type { GlucoseReading } from "../../src/glucose-reading.ts";

export const read = (dexcom: Dexcom, signal?: AbortSignal): Promise<GlucoseReading | undefined> =>
  dexcom.getLatestGlucoseReading({ signal });

export const reads = (dexcom: Dexcom, count: number): Promise<GlucoseReading | undefined>[] =>
  Array.from({ length: count }, () => read(dexcom));

export const times = (count: number, operation: string): string[] => Array.from({ length: count }, () => operation);
