import { TRENDS } from "../../glucose/trend.ts";
import type { ReadingForm } from "../options.ts";
import { offsetMinutes, type StoredReading } from "./reading.ts";

/** Error of the receiver's clock in the sample of 2015: ST − WT (PROTOCOL.md, "The three clocks"). */
const RECEIVER_AHEAD_MS = 14_365_000;
/** The server's own offset, printed after a display time that was not in it (PROTOCOL.md, "The three clocks"). */
const SERVER_OFFSET = "-0700";

/** A list of readings as the service writes it (PROTOCOL.md, "Glucose values"). */
export function writeReadings(readings: readonly StoredReading[], form: ReadingForm): string {
  if (form === "2021") return `[${readings.map(writeReading).join(",")}]`;
  // Slashes were escaped then: `\/Date(…)\/`.
  return JSON.stringify(readings.map(toOldRecord)).replaceAll("/", "\\/");
}

/**
 * Five keys in this order, one instant in three of them (PROTOCOL.md, "Glucose values" and "The three clocks").
 * Nothing in it needs escaping.
 */
function writeReading({ timeMs, timezone, mgDl, trend }: StoredReading): string {
  return (
    `{"WT":"Date(${timeMs})","ST":"Date(${timeMs})","DT":"Date(${timeMs}${timezone})",` +
    `"Value":${mgDl},"Trend":"${TRENDS[trend]?.direction ?? ""}"}`
  );
}

/** As in the gist of 2015: only WT is right, DT is the wearer's wall clock with the server's offset on it. */
function toOldRecord({ timeMs, timezone, mgDl, trend, uploaded }: StoredReading): object {
  const { systemMs = timeMs + RECEIVER_AHEAD_MS, displayMs = timeMs + offsetMinutes(timezone) * 60_000 } =
    uploaded ?? {};
  return {
    DT: `/Date(${displayMs - offsetMinutes(SERVER_OFFSET) * 60_000}${SERVER_OFFSET})/`,
    ST: `/Date(${systemMs})/`,
    Trend: trend,
    Value: mgDl,
    WT: `/Date(${timeMs})/`,
  };
}
