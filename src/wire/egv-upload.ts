import type { Trend } from "../glucose/trend.ts";
import { writeOldDate } from "./old-dates.ts";

/** A reading to be uploaded. */
export interface UploadedReading {
  readonly mgDl: number;
  readonly trend: Trend;
  /** The instant: milliseconds since the Unix epoch, in whole seconds. */
  readonly time: number;
  /** Time on the receiver's display, written as if it were UTC. @default the receiver's own clock */
  readonly displayTime?: number | undefined;
}

/**
 * Writes the body of PostReceiverEgvRecords. ST is the receiver's own clock, and ST + TA is the true time, TA in
 * seconds (PROTOCOL.md, "Post readings"). EGV stands for "estimated glucose value".
 */
export function writeEgvUpload(
  serialNumber: string,
  readings: readonly UploadedReading[],
  receiverAheadSeconds: number,
): object {
  const receiverTime = (time: number): number => time + receiverAheadSeconds * 1000;
  return {
    SN: serialNumber,
    Egvs: readings.map(({ mgDl, trend, time, displayTime }) => ({
      Trend: trend,
      ST: writeOldDate(receiverTime(time)),
      DT: writeOldDate(displayTime ?? receiverTime(time)),
      Value: mgDl,
    })),
    // Subtracted from 0 to avoid -0: JSON has it as "0" all the same, but comparisons tell the two apart.
    TA: 0 - receiverAheadSeconds,
  };
}
