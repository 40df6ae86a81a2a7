import { ArgumentError } from "../errors.ts";
import { MIN_MG_DL } from "../glucose/glucose.ts";
import type { GlucosePoint } from "../glucose/glucose-point.ts";
import { parseOffset } from "../glucose/local-time.ts";
import { findInterval } from "./interval.ts";
import type { Missing } from "./measure.ts";
import type { Window } from "./options.ts";

const MINUTE_MS = 60_000;
/** Offset of a reading without an offset. */
export const NO_OFFSET = -32_768;

/** Readings in columns. */
interface Columns {
  readonly length: number;
  /** Milliseconds since the Unix epoch. */
  readonly times: Float64Array;
  /** In mg/dL. */
  readonly values: Float64Array;
  /** Minutes east of Greenwich, or `NO_OFFSET`. */
  readonly offsets: Int16Array;
}

/** Readings in order of time, one for each interval at most. */
export interface Series extends Columns {
  readonly intervalMs: number;
  /** Start and end of the window. Without a reading both are `undefined` unless they were given. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly mixed: Missing | undefined;
}

/** Sorts the readings of the window and drops those that come too soon after another. */
export function makeSeries(points: Iterable<GlucosePoint>, window: Window): Series {
  const sorted = readColumns(points, window);
  const found = window.intervalMs ?? findInterval(sorted.times, sorted.length);
  const [intervalMs, mixed] = typeof found === "number" ? [found, undefined] : [found.need * MINUTE_MS, found];
  const columns = thin(sorted, (intervalMs * 5) / 6);
  const { length, times } = columns;
  return {
    ...columns,
    intervalMs,
    mixed,
    from: window.from ?? (length > 0 ? times[0] : undefined),
    to: window.to ?? (length > 0 ? times[length - 1]! + intervalMs : undefined),
  };
}

/** Checks the readings and copies those of the window, in order of time. One pass, without an object for a reading. */
function readColumns(points: Iterable<GlucosePoint>, { from = -Infinity, to = Infinity }: Window): Columns {
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
    const { mgDl, datetime } = point;
    if (!(mgDl >= MIN_MG_DL && mgDl < Infinity)) refuse(i, `mgDl must be a number, ${MIN_MG_DL} or more`);
    // Written to the column first: V8 allocates an object for each instant that a variable holds.
    times[length] = datetime instanceof Date ? datetime.getTime() : NaN;
    const time = times[length]!;
    if (!(time >= from && time < to)) {
      if (Number.isNaN(time)) refuse(i, "datetime must be a valid Date");
      continue;
    }
    if (point.timezone !== timezone) {
      timezone = point.timezone;
      offset = parseOffset(timezone) ?? NO_OFFSET;
    }
    if (length > 0 && time <= times[length - 1]!) isSorted = false;
    values[length] = mgDl;
    offsets[length++] = offset;
  }
  const columns = { length, times, values, offsets };
  return isSorted ? columns : sort(columns);
}

/** Sorts by time, then by the rest, so that the order of the input never matters. */
function sort(columns: Columns): Columns {
  const { length, times, values, offsets } = columns;
  const order = Uint32Array.from({ length }, (_, i) => i);
  order.sort((a, b) => times[a]! - times[b]! || values[a]! - values[b]! || offsets[a]! - offsets[b]!);
  return pick(columns, order);
}

/** Keeps a reading if it is at least `minGapMs` after the last that was kept. */
function thin(columns: Columns, minGapMs: number): Columns {
  const { length, times } = columns;
  let kept: number[] | undefined;
  let last = 0;
  for (let i = 1; i < length; i++) {
    if (times[i]! - times[last]! >= minGapMs) {
      last = i;
      kept?.push(i);
    } else kept ??= Array.from({ length: i }, (_, j) => j);
  }
  return kept ? pick(columns, kept) : columns;
}

function pick({ times, values, offsets }: Columns, indices: ArrayLike<number>): Columns {
  return {
    length: indices.length,
    times: Float64Array.from(indices, (i) => times[i]!),
    values: Float64Array.from(indices, (i) => values[i]!),
    offsets: Int16Array.from(indices, (i) => offsets[i]!),
  };
}

function refuse(index: number, rule: string): never {
  throw new ArgumentError(`points[${index}].${rule}`);
}
