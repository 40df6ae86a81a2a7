import { levelOf } from "../../glucose/glucose.ts";
import type { NightscoutUnits } from "./context.ts";
import { roundToTenth, scale } from "./units.ts";
import type { ServedEntry } from "./served-entry.ts";

const MINUTE_MS = 60_000;
const BUCKET_MS = 5 * MINUTE_MS;
const BUCKETS = 4;
/** Longest time between two buckets whose difference is that over five minutes. */
const MAX_DELTA_MINUTES = 9;

/** Readings of five minutes. */
export interface Bucket {
  /** Absent if a reading is LOW or HIGH: a mean with it would be a figure that nobody has measured. */
  readonly mean?: number;
  readonly last: number;
  readonly mills: number;
  readonly sgvs: readonly BucketEntry[];
}

interface BucketEntry extends Pick<ServedEntry, "_id" | "mills" | "device" | "direction" | "type"> {
  readonly mgdl: number;
}

/** Change over five minutes. */
export interface Delta {
  /** Difference of the two means, whatever the time between them. */
  readonly absolute: number;
  readonly elapsedMins: number;
  /** `true` if the change was calculated from a longer time. */
  readonly interpolated: boolean;
  readonly mean5MinsAgo: number;
  /** Change in five minutes, in whole mg/dL. */
  readonly mgdl: number;
  /** The same in the units of the site. */
  readonly scaled: number;
  /** The same with its sign, and a `*` if it was interpolated. */
  readonly display: string;
  readonly previous: Bucket;
}

/**
 * Groups the newest readings by five minutes: the newest one is in the middle of the first bucket.
 *
 * @param entries Newest first.
 * @returns Buckets that hold readings, newest first.
 */
export function fillBuckets(entries: readonly ServedEntry[]): Bucket[] {
  const [newest] = entries;
  if (!newest) return [];
  const groups = Array.from({ length: BUCKETS }, (): ServedEntry[] => []);
  for (const entry of entries) {
    const index = Math.floor((newest.mills - entry.mills + BUCKET_MS / 2) / BUCKET_MS);
    groups[index]?.push(entry);
  }
  return groups.flatMap((group) => toBucket(group));
}

/** @param group Newest first. */
function toBucket(group: readonly ServedEntry[]): Bucket[] {
  const [last] = group;
  if (!last) return [];
  const isMeasured = group.every(({ sgv }) => levelOf(sgv) === "in-range");
  const mean = group.reduce((sum, { sgv }) => sum + sgv, 0) / group.length;
  const sgvs = group.map(({ _id, sgv, mills, device, direction, type }) => ({
    _id,
    mgdl: sgv,
    mills,
    device,
    direction,
    type,
  }));
  return [{ ...(isMeasured && { mean }), last: last.sgv, mills: last.mills, sgvs }];
}

/** Calculates the change between the two newest buckets; `undefined` if there is only one, or one has no mean. */
export function deltaOf([recent, previous]: readonly Bucket[], units: NightscoutUnits): Delta | undefined {
  if (recent?.mean === undefined || previous?.mean === undefined) return undefined;
  const absolute = recent.mean - previous.mean;
  const elapsedMins = (recent.mills - previous.mills) / MINUTE_MS;
  const interpolated = elapsedMins > MAX_DELTA_MINUTES;
  const mean5MinsAgo = recent.mean - (interpolated ? (absolute / elapsedMins) * 5 : absolute);
  const mgdl = Math.round(recent.mean - mean5MinsAgo) || 0;
  const scaled = units === "mmol" ? roundToTenth(scale(recent.mean, units) - scale(mean5MinsAgo, units)) : mgdl;
  const display = `${scaled >= 0 ? "+" : ""}${scaled}${interpolated ? " *" : ""}`;
  return { absolute, elapsedMins, interpolated, mean5MinsAgo, mgdl, scaled, display, previous };
}
