import { ArgumentError } from "./errors.ts";
import type { GlucosePoint } from "./glucose/glucose-point.ts";
import {
  formatGlucose,
  glucoseDelta,
  levelOf,
  MIN_MG_DL,
  toLocalFields,
  toMmolL,
  type GlucoseLevel,
  type GlucoseUnit,
} from "./glucose/glucose.ts";
import { parseOffset } from "./glucose/local-time.ts";
import { TRENDS, type Trend, type TrendDirection } from "./glucose/trend.ts";
import type { ParsedReading, RawReading } from "./wire/readings.ts";

/** A reading older than this is no longer current: three readings are missing by then. */
const STALE_AFTER_MS = 900_000;

/** Marks that `watch()` adds to a record. */
interface Delivery {
  readonly late?: true;
  readonly isAhead?: true;
}

/**
 * Named fields of a reading after `JSON.parse(JSON.stringify(reading))`. Restore it with `GlucoseReading.fromJSON()`.
 */
export interface GlucoseReadingJSON {
  readonly mgDl: number;
  readonly mmolL: number;
  readonly trend: Trend;
  readonly trendDirection: TrendDirection | (string & {});
  readonly trendDescription: string;
  readonly trendArrow: string;
  /** ISO 8601, in UTC. */
  readonly datetime: string;
  readonly timezone?: string | undefined;
  readonly level: GlucoseLevel;
  readonly late?: true;
  readonly isAhead?: true;
}

/**
 * One glucose reading.
 *
 * A reading may be old. Check `isStale()` or show `ageMs()` before you call it current.
 *
 * @example
 * ```ts
 * import { Dexcom } from "dexcom-share-ts";
 * const dexcom = new Dexcom({ username: "someone@example.com", password: "secret" });
 * const reading = await dexcom.getLatestGlucoseReading();
 * if (reading) {
 *   const minutes = Math.round(reading.ageMs() / 60_000);
 *   console.log(`${reading.format("mmol/L")} ${reading.trendArrow} ${minutes} min ago`); // 7.3 ↗ 2 min ago
 * }
 * ```
 */
export class GlucoseReading implements GlucosePoint {
  /** Glucose in mg/dL, as sent. */
  declare readonly mgDl: number;
  /** Glucose in mmol/L: mg/dL × 0.0555, to one decimal. */
  declare readonly mmolL: number;
  /** 0 (none) to 9. It is 8 if the service named an unknown trend (`badRecords: "report"`). */
  declare readonly trend: Trend;
  /** Name of the trend in the service, such as `"FortyFiveUp"`. */
  declare readonly trendDirection: TrendDirection | (string & {});
  /** Such as `"rising slightly"`. */
  declare readonly trendDescription: string;
  /** Such as `"↗"`. */
  declare readonly trendArrow: string;
  /** Instant of the measurement. */
  declare readonly datetime: Date;
  /** UTC offset of the wearer at that time, such as `"-0400"`; `undefined` if the service sent no offset. */
  declare readonly timezone: string | undefined;
  /**
   * `"low"` at 39 or less and `"high"` at 401 or more: the sensor has no figure then. `format()` writes LOW and HIGH.
   */
  declare readonly level: GlucoseLevel;
  /** `true` if `watch()` has already delivered a newer reading; absent otherwise. */
  declare readonly late?: true;
  /** `true` if `datetime` was more than 5 minutes in the future when `watch()` received it; absent otherwise. */
  declare readonly isAhead?: true;
  readonly #json: RawReading;

  private constructor({ mgDl, trend, time, timezone, json, late, isAhead }: ParsedReading & Delivery) {
    this.mgDl = mgDl;
    this.mmolL = toMmolL(mgDl);
    this.trend = trend.trend;
    this.trendDirection = trend.direction;
    this.trendDescription = trend.description;
    this.trendArrow = trend.arrow;
    this.datetime = new Date(time);
    this.timezone = timezone;
    this.level = levelOf(mgDl);
    if (late) this.late = late;
    if (isAhead) this.isAhead = isAhead;
    this.#json = json;
  }

  /** @internal Readings come from the clients, and from `fromJSON()`. */
  static from(record: ParsedReading & Delivery): GlucoseReading {
    return new this(record);
  }

  /**
   * Restores a reading from what `toJSON()` or `JSON.parse(JSON.stringify(reading))` returns.
   *
   * The figure, the instant, the offset and the trend are checked. The other fields follow from them.
   *
   * @throws {ArgumentError} If a field is missing or has no valid value. The message names it.
   *
   * @example
   * ```ts
   * import { GlucoseReading } from "dexcom-share-ts";
   * const kept = '{"mgDl":132,"trend":3,"datetime":"2023-08-05T12:45:53.000Z","timezone":"-0400"}';
   * const reading = GlucoseReading.fromJSON(JSON.parse(kept));
   * console.log(reading.localTime(), reading.format("mmol/L")); // 08:45 7.3
   * ```
   */
  static fromJSON(json: unknown): GlucoseReading {
    return restore(json);
  }

  /** The record as the service sent it. For a reading from `fromJSON()` it is rebuilt from the fields. */
  get json(): RawReading {
    return this.#json;
  }

  /**
   * Writes the figure as a person reads it: `"126"`, `"7.0"`, `"LOW"` or `"HIGH"`.
   *
   * @param unit mmol/L always has one decimal. @default "mg/dL"
   * @param options.unitLabel Appends the unit to a number: `"7.0 mmol/L"`. @default false
   */
  format(unit?: GlucoseUnit, options?: { readonly unitLabel?: boolean | undefined }): string {
    return formatGlucose(this.mgDl, unit, options);
  }

  /**
   * Returns the age in milliseconds. It is negative if the reading is dated after `now`.
   *
   * @param now @default the present
   */
  ageMs(now: Date | number = Date.now()): number {
    return Number(now) - this.datetime.getTime();
  }

  /**
   * Returns `true` if the reading is older than `afterMs` milliseconds.
   *
   * @param afterMs @default 900_000 (15 minutes)
   */
  isStale(now?: Date | number, afterMs: number = STALE_AFTER_MS): boolean {
    return this.ageMs(now) > afterMs;
  }

  /**
   * Returns the change since `previous` in mg/dL. It is `undefined` if more than 9 minutes lie between the two, if
   * `previous` is not the earlier one, and if one of them is LOW or HIGH.
   */
  delta(previous: GlucosePoint | undefined): number | undefined {
    return glucoseDelta(this, previous);
  }

  /** Returns the wearer's local time, such as `"08:45"`; in UTC if the service sent no offset. */
  localTime(): string {
    return toLocalFields(this.datetime, this.timezone).toISOString().slice(11, 16);
  }

  /** Returns the figure in mg/dL, such as `"132"`. */
  toString(): string {
    return String(this.mgDl);
  }

  /** Returns the named fields, without the raw record. */
  toJSON(): GlucoseReadingJSON {
    // Named as the class: the type of a rest of `this` forgets that an optional field is not `undefined`.
    const { datetime, ...fields }: GlucoseReading = this;
    return { ...fields, datetime: datetime.toISOString() };
  }
}

/** Stands outside the class: a bundler renames a class that mentions itself. */
function restore(json: unknown): GlucoseReading {
  return GlucoseReading.from(recordOf(json));
}

/** Checks the JSON of a reading. */
function recordOf(given: unknown): ParsedReading & Delivery {
  const { mgDl, trend, trendDirection, datetime, timezone, late, isAhead } = Object(given) as Partial<
    Record<string, unknown>
  >;
  const marks = { late, isAhead };
  const fail = (field: string): never => {
    throw new ArgumentError(`${field} is missing or invalid in the JSON of a reading`);
  };
  if (!Number.isSafeInteger(mgDl) || (mgDl as number) < MIN_MG_DL) fail("mgDl");
  const known = (typeof trend === "number" ? TRENDS[trend] : undefined) ?? fail("trend");
  const time = toInstant(datetime);
  if (Number.isNaN(time)) fail("datetime");
  if (timezone !== undefined && !isOffset(timezone)) fail("timezone");
  for (const [name, mark] of Object.entries(marks)) if (mark !== undefined && mark !== true) fail(name);
  // An unknown trend has kept the name that the service gave it.
  const isNamed = known.trend === 8 && typeof trendDirection === "string";
  const direction = isNamed ? trendDirection : known.direction;
  const offset = (timezone ?? "") as string;
  return {
    mgDl: mgDl as number,
    trend: { ...known, direction },
    time,
    timezone: timezone as string | undefined,
    json: {
      WT: `Date(${time})`,
      ST: `Date(${time})`,
      DT: `Date(${time}${offset})`,
      Value: mgDl as number,
      Trend: direction,
    },
    ...(marks as Delivery),
  };
}

/**
 * Reads a `Date`, or an ISO 8601 string with its zone. `Date.parse` alone takes nearly anything, in the host's zone.
 */
export function toInstant(datetime: unknown): number {
  if (datetime instanceof Date) return datetime.getTime();
  const isInstant = typeof datetime === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(datetime);
  return isInstant ? Date.parse(datetime) : NaN;
}

/** Accepts the service's own form of an offset, such as `"-0400"`. */
function isOffset(value: unknown): value is string {
  return typeof value === "string" && value.length === 5 && parseOffset(value) !== undefined;
}
