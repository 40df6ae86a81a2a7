import { ArgumentError } from "../errors.ts";
import { MIN_MG_DL } from "../glucose.ts";
import type { GlucosePoint } from "../glucose-point.ts";
import { parseOffset } from "../local-time.ts";
import { findInterval } from "./interval.ts";
import type { Missing } from "./measure.ts";
import type { Window } from "./options.ts";

/** Offset of a reading that has none. */
export const NO_OFFSET = -32_768;
const FIRST_CAPACITY = 1024;

/** Readings in order of time, one for each interval at most, in columns. */
export interface Series {
  readonly length: number;
  /** Milliseconds since the Unix epoch. */
  readonly times: Float64Array;
  /** In mg/dL. */
  readonly values: Float64Array;
  /** Minutes east of Greenwich, or `NO_OFFSET`. */
  readonly offsets: Int16Array;
  readonly intervalMs: number;
  /** Start and end of the window. Without a reading both are `undefined` unless they were given. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly mixed: Missing | undefined;
}

/** Sorts the readings of the window and drops those that come too soon after another. */
export function makeSeries(points: Iterable<GlucosePoint>, window: Window): Series {
  const columns = new Columns();
  columns.read(points, window);
  columns.sort();
  const found = window.intervalMs ?? findInterval(columns.times, columns.length);
  const mixed = typeof found === "number" ? undefined : found;
  const intervalMs = typeof found === "number" ? found : found.need * 60_000;
  columns.thin((intervalMs * 5) / 6);
  const { length, times, values, offsets } = columns;
  return {
    length,
    times,
    values,
    offsets,
    intervalMs,
    mixed,
    from: window.from ?? times.subarray(0, length)[0],
    to: window.to ?? (length === 0 ? undefined : times[length - 1]! + intervalMs),
  };
}

class Columns {
  length = 0;
  times = new Float64Array(FIRST_CAPACITY);
  values = new Float64Array(FIRST_CAPACITY);
  offsets = new Int16Array(FIRST_CAPACITY);
  #isSorted = true;

  read(points: Iterable<GlucosePoint>, { from = -Infinity, to = Infinity }: Window): void {
    let previous: GlucosePoint["timezone"];
    let offset = NO_OFFSET;
    if (Array.isArray(points)) this.#grow(points.length);
    let index = 0;
    for (const { mgDl, datetime, timezone } of points) {
      const time = datetime instanceof Date ? datetime.getTime() : NaN;
      if (!(mgDl >= MIN_MG_DL && mgDl < Infinity && time === time)) refuse(index, time);
      index++;
      if (time < from || time >= to) continue;
      if (timezone !== previous) {
        previous = timezone;
        offset = parseOffset(timezone) ?? NO_OFFSET;
      }
      this.#push(time, mgDl, offset);
    }
  }

  /** By time, then by the rest, so that the order of the input never matters. */
  sort(): void {
    if (this.#isSorted) return;
    const { length, times, values, offsets } = this;
    const order = new Uint32Array(length).map((_, i) => i);
    order.sort((a, b) => times[a]! - times[b]! || values[a]! - values[b]! || offsets[a]! - offsets[b]!);
    [this.times, this.values, this.offsets] = [times.slice(), values.slice(), offsets.slice()];
    for (const [to, from] of order.entries()) this.#copy({ times, values, offsets }, from, to);
  }

  /** Keeps a reading if it is at least `minGapMs` after the last that was kept. */
  thin(minGapMs: number): void {
    const { times } = this;
    let kept = 0;
    let next = -Infinity;
    for (let i = 0; i < this.length; i++) {
      if (times[i]! < next) continue;
      next = times[i]! + minGapMs;
      if (i !== kept) this.#copy(this, i, kept);
      kept++;
    }
    this.length = kept;
  }

  #push(time: number, value: number, offset: number): void {
    const i = this.length++;
    if (i === this.times.length) this.#grow(2 * i);
    if (i > 0 && this.#isSorted) this.#isSorted = this.#isAfter(i - 1, time, value, offset);
    this.times[i] = time;
    this.values[i] = value;
    this.offsets[i] = offset;
  }

  #isAfter(i: number, time: number, value: number, offset: number): boolean {
    if (time !== this.times[i]!) return time > this.times[i]!;
    return value === this.values[i]! ? offset >= this.offsets[i]! : value > this.values[i]!;
  }

  #copy(source: Pick<Columns, "times" | "values" | "offsets">, from: number, to: number): void {
    this.times[to] = source.times[from]!;
    this.values[to] = source.values[from]!;
    this.offsets[to] = source.offsets[from]!;
  }

  #grow(capacity: number): void {
    if (capacity <= this.times.length) return;
    const { times, values, offsets } = this;
    this.times = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
    this.offsets = new Int16Array(capacity);
    this.times.set(times);
    this.values.set(values);
    this.offsets.set(offsets);
  }
}

function refuse(index: number, time: number): never {
  throw new ArgumentError(
    Number.isNaN(time)
      ? `points[${index}].datetime must be a valid Date`
      : `points[${index}].mgDl must be a number, ${MIN_MG_DL} or more`,
  );
}
