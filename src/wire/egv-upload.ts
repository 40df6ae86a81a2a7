import type { Trend } from "../trend.ts";
import { writeOldDate } from "./old-dates.ts";

/** A reading on its way to the service. */
export interface UploadedReading {
  readonly mgDl: number;
  readonly trend: Trend;
  /** The instant: milliseconds since the Unix epoch, in whole seconds. */
  readonly time: number;
  /** What the receiver's display showed, as if that were UTC. @default the receiver's own clock */
  readonly displayTime?: number | undefined;
}

/**
 * The body of PostReceiverEgvRecords (wire-protocol 5.7). ST is the receiver's own clock; TA, in seconds, is what has to
 * be added to it for the true time. EGV is "estimated glucose value".
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
    // Not -0, which would be written "0" all the same, but compares as another number.
    TA: 0 - receiverAheadSeconds,
  };
}
