import type { Trend } from "./trend.ts";
import type { ParsedReading, RawReading } from "./wire/readings.ts";

/** What the sensor can measure: it reports 39 for anything lower and 401 for anything higher (wire-protocol 12). */
const LOW_MG_DL = 39;
const HIGH_MG_DL = 401;

/** Where a figure lies in what the sensor can measure, not in a person's target range. */
export type GlucoseLevel = "low" | "in-range" | "high";

/**
 * One glucose reading. Its age is the caller's to judge: compare `datetime` with the present before calling it current.
 *
 * @example
 * ```ts
 * import { Dexcom } from "dexcom-share-ts";
 * const dexcom = new Dexcom({ username: "someone@example.com", password: "secret" });
 * const reading = await dexcom.getLatestGlucoseReading();
 * if (reading) {
 *   const figure = reading.level === "in-range" ? `${reading.mmolL} mmol/L` : reading.level.toUpperCase();
 *   console.log(`${figure} ${reading.trendArrow}, ${reading.trendDescription}, at ${reading.datetime.toISOString()}`);
 * }
 * ```
 */
export class GlucoseReading {
  /** Glucose in mg/dL, as sent. */
  declare readonly mgDl: number;
  /** Glucose in mmol/L: mg/dL × 0.0555, to one decimal. */
  declare readonly mmolL: number;
  /** 0 (none) to 9; 8 where the service named a trend that is not known (`badRecords: "report"`). */
  declare readonly trend: Trend;
  /** The trend's name in the service, such as `"FortyFiveUp"`. */
  declare readonly trendDirection: string;
  /** Such as `"rising slightly"`. */
  declare readonly trendDescription: string;
  /** Such as `"↗"`. */
  declare readonly trendArrow: string;
  /** The instant of the measurement. */
  declare readonly datetime: Date;
  /** The wearer's UTC offset at that time, such as `"-0400"`; `undefined` where the service sent none. */
  declare readonly timezone: string | undefined;
  /** `"low"` from 39 down and `"high"` from 401 up: then the figure is a limit of the sensor, to be shown as LOW or HIGH. */
  declare readonly level: GlucoseLevel;
  /** From `Dexcom.watch()`, and only there: it turned up after a newer one was delivered. */
  declare readonly late?: true;
  /** The record as the service sent it. */
  declare readonly json: RawReading;

  /** @internal Readings come from `Dexcom`. */
  constructor({ mgDl, trend, time, timezone, json, late }: ParsedReading & { readonly late?: true }) {
    this.mgDl = mgDl;
    // Not by `toFixed`, which misses ties such as 100 mg/dL.
    this.mmolL = Math.round(mgDl * 0.555) / 10;
    this.trend = trend.trend;
    this.trendDirection = trend.direction;
    this.trendDescription = trend.description;
    this.trendArrow = trend.arrow;
    this.datetime = new Date(time);
    this.timezone = timezone;
    this.level = mgDl <= LOW_MG_DL ? "low" : mgDl >= HIGH_MG_DL ? "high" : "in-range";
    this.json = json;
    if (late) this.late = late;
  }

  /** The figure in mg/dL, such as `"132"`. */
  toString(): string {
    return String(this.mgDl);
  }

  /** All named fields, without the raw record: what a handler returns. */
  toJSON(): Omit<GlucoseReading, "json" | "toString" | "toJSON"> {
    const { json, ...fields } = this;
    void json;
    return fields;
  }
}
