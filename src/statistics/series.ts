import { ArgumentError } from "../errors.ts";
import { HIGH_MG_DL, LOW_MG_DL, MIN_MG_DL } from "../glucose/glucose.ts";
import type { GlucosePoint } from "../glucose/glucose-point.ts";
import { parseOffset, type ZoneOffset } from "../glucose/local-time.ts";
import { findInterval } from "./interval.ts";
import { shortfall, type Missing } from "./measure.ts";
import { checkOptions, type StatisticsOptions } from "./options.ts";

const MINUTE_MS = 60_000;
/** Offset of a reading whose local time is unknown. */
const NO_OFFSET = -32_768;

/** Readings in columns: arrays of numbers are read several times faster than objects. */
interface Columns {
  /** Milliseconds since the Unix epoch. */
  readonly times: Float64Array;
  /** In mg/dL, with 39 for LOW and 401 for HIGH. */
  readonly values: Float64Array;
  /** Minutes east of Greenwich, or `NO_OFFSET`. */
  readonly offsets: Int16Array;
}

/** Readings in order of time, one for each interval at most. Only the first `length` places of the columns count. */
export interface Series extends Columns {
  readonly length: number;
  readonly intervalMs: number;
  /** Start and end of the window. Without a reading both are `undefined` unless they were given. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly mixed: Missing | undefined;
  /** Missing for what needs the local time of each reading. */
  readonly noLocalTime: Missing | undefined;
}

/**
 * Sorts the readings of the window and drops those that come too soon after another.
 *
 * @param own Names of options besides those that all statistics share.
 * @throws {ArgumentError} If an option or a reading is invalid.
 */
export function makeSeries(
  points: Iterable<GlucosePoint>,
  options: StatisticsOptions,
  own?: readonly string[],
): Series {
  const { from, to, intervalMs: given, offsetAt = () => NO_OFFSET } = checkOptions(options, own);
  const columns = readColumns(points, { from, to });
  const { times } = columns;
  const found = given ?? findInterval(times);
  const mixed = typeof found === "number" ? undefined : found;
  const intervalMs = mixed ? mixed.need * MINUTE_MS : (found as number);
  const { length, known } = thin(columns, { minDistanceMs: (intervalMs * 5) / 6, offsetAt });
  return {
    ...columns,
    length,
    intervalMs,
    mixed,
    noLocalTime: shortfall("time-zone", known, length),
    from: from ?? times[0],
    to: to ?? (length > 0 ? times[length - 1]! + intervalMs : undefined),
  };
}

/** Moves the readings that stay to the front, and fills in offsets. Returns their number, and that of known offsets. */
function thin(
  { times, values, offsets }: Columns,
  { minDistanceMs, offsetAt }: { readonly minDistanceMs: number; readonly offsetAt: ZoneOffset },
): { readonly length: number; readonly known: number } {
  let length = 0;
  let known = 0;
  for (let i = 0; i < times.length; i++) {
    if (length > 0 && times[i]! - times[length - 1]! < minDistanceMs) continue;
    times[length] = times[i]!;
    values[length] = values[i]!;
    offsets[length] = offsets[i]! === NO_OFFSET ? offsetAt(times[i]!) : offsets[i]!;
    if (offsets[length]! !== NO_OFFSET) known++;
    length++;
  }
  return { length, known };
}

/** Checks the readings and copies those of the window, in order of time. One pass, without an object for a reading. */
function readColumns(
  points: Iterable<GlucosePoint>,
  { from = -Infinity, to = Infinity }: { readonly from: number | undefined; readonly to: number | undefined },
): Columns {
  const list: readonly GlucosePoint[] = Array.isArray(points) ? points : [...points];
  const times = new Float64Array(list.length);
  const values = new Float64Array(list.length);
  const offsets = new Int16Array(list.length);
  let length = 0;
  let isSorted = true;
  let timezone: string | undefined;
  let offset = NO_OFFSET;
  for (let i = 0; i < list.length; i++) {
    const point = list[i]!;
    const mgDl = (point as GlucosePoint | null | undefined)?.mgDl ?? NaN;
    if (!(mgDl >= MIN_MG_DL && mgDl < Infinity)) refuse(i, `mgDl must be a number, ${MIN_MG_DL} or more`);
    // In V8 `instanceof Date` would take three times as long as all the rest, and a variable would allocate.
    times[length] = (point.datetime as Partial<Date> | undefined)?.getTime?.() ?? NaN;
    if (!(times[length]! >= from && times[length]! < to)) {
      if (Number.isNaN(times[length])) refuse(i, "datetime must be a valid Date");
      continue;
    }
    if (point.timezone !== timezone) {
      timezone = point.timezone;
      offset = parseOffset(timezone) ?? NO_OFFSET;
    }
    if (length > 0 && times[length]! <= times[length - 1]!) isSorted = false;
    values[length] = mgDl < LOW_MG_DL ? LOW_MG_DL : mgDl > HIGH_MG_DL ? HIGH_MG_DL : mgDl;
    offsets[length++] = offset;
  }
  const columns = {
    times: times.subarray(0, length),
    values: values.subarray(0, length),
    offsets: offsets.subarray(0, length),
  };
  return isSorted ? columns : sort(columns);
}

/** Sorts by time, then by the rest, so that the order of the input never matters. */
function sort({ times, values, offsets }: Columns): Columns {
  const order = Uint32Array.from(times.keys());
  order.sort((a, b) => times[a]! - times[b]! || values[a]! - values[b]! || offsets[a]! - offsets[b]!);
  return {
    times: times.map((_, i) => times[order[i]!]!),
    values: values.map((_, i) => values[order[i]!]!),
    offsets: offsets.map((_, i) => offsets[order[i]!]!),
  };
}

function refuse(index: number, rule: string): never {
  throw new ArgumentError(`points[${index}].${rule}`);
}
