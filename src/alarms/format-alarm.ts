import { formatGlucose, type GlucoseUnit } from "../glucose/glucose.ts";
import type { AlarmEvent } from "./alarm-event.ts";
import type { AlarmName } from "./alarm-rules.ts";
import { MINUTE_MS } from "./reading-window.ts";

const NAMES: Readonly<Record<AlarmName, string>> = {
  urgentLow: "urgent low",
  low: "low",
  soon: "urgent low soon",
  falling: "falling",
  urgentHigh: "urgent high",
  high: "high",
  rising: "rising",
  blind: "no contact with Dexcom",
  noData: "no data",
  clock: "a clock is wrong",
};
/** An older figure is not the present one. */
const OLD_MINUTES = 10;

/**
 * Writes an event as one line for a person: `"Still urgent low: 52 mg/dL, 25 min ago, nothing since"`.
 *
 * @param unit @default "mg/dL"
 */
export function formatAlarm(event: AlarmEvent, unit: GlucoseUnit = "mg/dL"): string {
  if (event.type === "state-lost") return "The saved state of the alarms could not be read: an alarm may be repeated";
  const show = (mgDl: number): string => formatGlucose(mgDl, unit, { unitLabel: true });
  const name = NAMES[event.rule];
  if (event.type === "missed") {
    const minutes = Math.round((event.to.getTime() - event.from.getTime()) / MINUTE_MS);
    return `Missed ${name}: down to ${show(event.lowest)} within ${minutes} min, since ${event.from.toISOString()}`;
  }
  const { reading, ageMs = 0, type } = event;
  const minutes = Math.floor(ageMs / MINUTE_MS);
  const age = minutes < OLD_MINUTES ? "" : `, ${minutes} min ago, nothing since`;
  const figure = reading ? `${show(reading.mgDl)}${age}` : "no reading yet";
  if (type === "recovered") {
    const still = event.active.map((other) => `, still ${NAMES[other]}`).join("");
    const pressure = event.isCompression ? " (perhaps pressure on the sensor)" : "";
    return `No longer ${name}: ${figure}${still}${pressure}`;
  }
  const what = "isRefused" in event ? "Dexcom refuses the login" : type === "reminder" ? `still ${name}` : name;
  return `${what[0]!.toUpperCase()}${what.slice(1)}${type === "worse" ? ", and falling below what the sensor measures" : ""}: ${figure}`;
}
