import type { GlucosePoint } from "../glucose/glucose-point.ts";
import { LOW_MG_DL } from "../glucose/glucose.ts";
import { parseTrend, type Trend } from "../glucose/trend.ts";
import { assertArgument, checkInstant, checkInteger, isObject } from "../validate.ts";

/** Name of a trend in Nightscout. */
export type NightscoutDirection =
  | "NONE"
  | "DoubleUp"
  | "SingleUp"
  | "FortyFiveUp"
  | "Flat"
  | "FortyFiveDown"
  | "SingleDown"
  | "DoubleDown"
  | "NOT COMPUTABLE"
  | "RATE OUT OF RANGE";

const DIRECTIONS: Readonly<Record<Trend, NightscoutDirection>> = [
  "NONE",
  "DoubleUp",
  "SingleUp",
  "FortyFiveUp",
  "Flat",
  "FortyFiveDown",
  "SingleDown",
  "DoubleDown",
  "NOT COMPUTABLE",
  "RATE OUT OF RANGE",
];

/** Glucose entry of Nightscout. */
export interface NightscoutEntry {
  readonly type: "sgv";
  /** Glucose in mg/dL, whatever the units of the site. 39 is LOW, 401 and above is HIGH. */
  readonly sgv: number;
  /** Instant of the measurement, in milliseconds since the Unix epoch. */
  readonly date: number;
  /** The same instant as ISO 8601, in UTC. */
  readonly dateString: string;
  readonly trend: Trend;
  readonly direction: NightscoutDirection;
  /** Name of the uploader. */
  readonly device: string;
}

/** Name that our entries carry. */
export const DEVICE = "dexcom-share-ts";

const MAX_MG_DL = 1000;
const NO_TREND: Trend = 0;

/**
 * Makes the entry of a reading, or `undefined` for a figure below 39 mg/dL: Nightscout takes those for error codes of
 * the sensor.
 *
 * @param device Name of the uploader. @default "dexcom-share-ts"
 * @throws {ArgumentError} If the reading is invalid. The message names the field.
 * @example
 * ```ts
 * import { toEntry } from "dexcom-share-ts/nightscout";
 * console.log(toEntry({ mgDl: 101, datetime: new Date(1426292039000), trend: 4 })?.direction); // Flat
 * ```
 */
export function toEntry(point: GlucosePoint, device: string = DEVICE): NightscoutEntry | undefined {
  return entryOf(point, { device, name: "point" });
}

/** Makes the entry of a reading that errors call `name`. */
export function entryOf(
  point: GlucosePoint,
  { device, name }: { readonly device: string; readonly name: string },
): NightscoutEntry | undefined {
  assertArgument(isObject(point), `${name} must be a reading`);
  const sgv = checkInteger(`${name}.mgDl`, point.mgDl, { min: 0, max: MAX_MG_DL });
  assertArgument((point.datetime as unknown) instanceof Date, `${name}.datetime must be a Date`);
  const date = checkInstant(`${name}.datetime`, point.datetime);
  const trend = checkInteger(`${name}.trend`, point.trend ?? NO_TREND, { min: 0, max: 9 }) as Trend;
  if (sgv < LOW_MG_DL) return undefined;
  return {
    type: "sgv",
    sgv,
    date,
    dateString: point.datetime.toISOString(),
    trend,
    direction: DIRECTIONS[trend],
    device,
  };
}

/**
 * Reads an entry of Nightscout. Returns `undefined` if the entry is not a sensor's glucose, has no date, or holds an
 * error code of the sensor.
 *
 * @param entry As Nightscout sends it. A figure with a fraction is rounded.
 * @example
 * ```ts
 * import { fromEntry } from "dexcom-share-ts/nightscout";
 * const response = await fetch("https://nightscout.example.com/api/v1/entries/sgv.json?count=36");
 * const entries = (await response.json()) as unknown[];
 * const points = entries.map(fromEntry).filter((point) => point !== undefined);
 * ```
 */
export function fromEntry(entry: unknown): GlucosePoint | undefined {
  if (!isObject(entry)) return undefined;
  const { type, sgv, date, mills, dateString, direction, trend } = entry as Partial<Record<string, unknown>>;
  if (type !== "sgv") return undefined;
  const mgDl = Math.round(toNumber(sgv));
  const time = [date, mills].map(toNumber).find(isInstant) ?? Date.parse(String(dateString));
  if (!(mgDl >= LOW_MG_DL && mgDl <= MAX_MG_DL) || !isInstant(time)) return undefined;
  const known = parseTrend(direction) ?? parseTrend(trend);
  return { mgDl, datetime: new Date(time), ...(known && { trend: known.trend }) };
}

/** Reads a number or a numeric string. `Number()` alone takes `null` and `""` for 0. */
function toNumber(value: unknown): number {
  return typeof value === "number" || (typeof value === "string" && value.trim() !== "") ? Number(value) : NaN;
}

function isInstant(ms: number): boolean {
  return !Number.isNaN(new Date(ms).getTime());
}
