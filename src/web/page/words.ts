import type { ChartBand } from "../../chart/options.ts";
import { formatUtcOffset } from "../../chart/time-axis.ts";
import { formatGlucose, levelOf, toLocalFields, toMmolL, type GlucoseUnit } from "../../glucose/glucose.ts";
import { parseOffset } from "../../glucose/local-time.ts";
import type { AlarmName } from "../../alarms/alarm-rules.ts";
import type { GlucoseReading } from "../../glucose-reading.ts";
import type { Wearer } from "../feed/wearer.ts";

/** Position of a figure relative to the target range. The page has a colour and words for each. */
export type Zone = "very-low" | "low" | "in-range" | "high" | "very-high";

const VERY_LOW_BELOW = 54;
const VERY_HIGH_ABOVE = 250;

const ZONE_WORDS: Readonly<Record<Zone, string>> = {
  "very-low": "very low",
  low: "low",
  "in-range": "in range",
  high: "high",
  "very-high": "very high",
};

export const ALARM_WORDS: Readonly<Record<AlarmName, string>> = {
  urgentLow: "Urgent low",
  low: "Low",
  soon: "Urgent low soon",
  falling: "Falling fast",
  urgentHigh: "Urgent high",
  high: "High",
  rising: "Rising fast",
  blind: "No contact with Dexcom",
  noData: "No data",
  clock: "A clock is wrong",
};

export function zoneOf(mgDl: number, { low, high }: ChartBand): Zone {
  if (mgDl < Math.min(VERY_LOW_BELOW, low)) return "very-low";
  if (mgDl < low) return "low";
  if (mgDl <= high) return "in-range";
  return mgDl > Math.max(VERY_HIGH_ABOVE, high) ? "very-high" : "high";
}

/** Says a figure in words, such as `"in range"`. For LOW and HIGH it says what the sensor can measure. */
export function zoneWords(mgDl: number, band: ChartBand, unit: GlucoseUnit): string {
  const level = levelOf(mgDl);
  if (level === "low") return `below ${formatGlucose(40, unit)}, the least that the sensor measures`;
  if (level === "high") return `above ${formatGlucose(400, unit)}, the most that the sensor measures`;
  return ZONE_WORDS[zoneOf(mgDl, band)];
}

/** Writes a change with its sign, such as `"+3"`. */
export function formatDelta(delta: number, unit: GlucoseUnit): string {
  const size = unit === "mmol/L" ? toMmolL(Math.abs(delta)).toFixed(1) : String(Math.abs(delta));
  if (Number(size) === 0) return `±${size}`;
  return `${delta < 0 ? "\u2212" : "+"}${size}`;
}

/** Writes the wearer's time, such as `"03:12"`. */
export function localTime(datetime: Date, timezone: string | undefined): string {
  return toLocalFields(datetime, timezone).toISOString().slice(11, 16);
}

/** Writes the wearer's offset, such as `"UTC-04:00"`. */
export function offsetOf({ timezone }: Pick<GlucoseReading, "timezone">): string {
  return formatUtcOffset(parseOffset(timezone));
}

/** Says why no reading comes, with the time of the last check; `undefined` if the service can be read. */
export function problemWords({ problem, checkedAt, newest }: Wearer): string | undefined {
  if (problem === undefined) return undefined;
  const what = problem === "refused" ? "Dexcom refuses the login." : "Dexcom can\u2019t be reached.";
  if (checkedAt === undefined) return `${what} No check has succeeded yet.`;
  return `${what} Last check ${localTime(new Date(checkedAt), newest?.timezone)}.`;
}
