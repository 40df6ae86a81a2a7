import { TRENDS } from "../../trend.ts";
import type { ReadingForm } from "../options.ts";
import { type HeldReading, offsetMinutes, type SimulatedReading } from "./reading.ts";

/** How far the receiver's clock of the 2015 sample was off: ST − WT (wire-protocol 10.2). */
const RECEIVER_AHEAD_MS = 14_365_000;
/** The server's own offset, printed after a display time that was not in it (wire-protocol 10.2). */
const SERVER_OFFSET = "-0700";

/** A list of readings as the service writes it (wire-protocol 3.4). */
export function writeReadings(readings: readonly SimulatedReading[], form: ReadingForm): string {
  if (form === "2021") return `[${readings.map(writeReading).join(",")}]`;
  // Slashes were escaped then: `\/Date(…)\/`.
  return JSON.stringify(readings.map(toOldRecord)).replaceAll("/", "\\/");
}

/** Five keys in this order, one instant in three of them (wire-protocol 3.4, 10.2). Nothing in it needs escaping. */
function writeReading({ time, utcOffset, value, trend }: SimulatedReading): string {
  return (
    `{"WT":"Date(${time})","ST":"Date(${time})","DT":"Date(${time}${utcOffset})",` +
    `"Value":${value},"Trend":"${TRENDS[trend]?.direction ?? ""}"}`
  );
}

/** As in the gist of 2015: only WT is right, DT is the wearer's wall clock with the server's offset on it. */
function toOldRecord({ time, utcOffset, value, trend, uploaded }: HeldReading): object {
  const { systemMs = time + RECEIVER_AHEAD_MS, displayMs = time + offsetMinutes(utcOffset) * 60_000 } = uploaded ?? {};
  return {
    DT: `/Date(${displayMs - offsetMinutes(SERVER_OFFSET) * 60_000}${SERVER_OFFSET})/`,
    ST: `/Date(${systemMs})/`,
    Trend: trend,
    Value: value,
    WT: `/Date(${time})/`,
  };
}
