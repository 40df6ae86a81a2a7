import type { GlucosePoint } from "../../glucose/glucose-point.ts";
import { LOW_MG_DL } from "../../glucose/glucose.ts";
import { toEntry, type NightscoutEntry } from "../entry.ts";

/** Entry with what a Nightscout adds when it stores one. */
export interface ServedEntry extends NightscoutEntry {
  /** 24 hexadecimal digits. */
  readonly _id: string;
  readonly sysTime: string;
  readonly utcOffset: 0;
  readonly mills: number;
}

const MAX_DATE_MS = 8_640_000_000_000_000;
const DAY_MS = 86_400_000;
/** A Nightscout looks back this far if a request names no date. */
const DEFAULT_WINDOW_MS = 4 * DAY_MS;

/** Readings to serve. */
export interface NightscoutSource {
  /**
   * Lists the readings from `fromMs` up to, but without, `toMs`, oldest first. With `isNewestEnough`, older ones may be
   * missing if they can't be read.
   */
  list(fromMs: number, toMs: number, options?: { readonly isNewestEnough?: boolean }): Promise<readonly GlucosePoint[]>;
}

/** Reads a window of entries, newest first. */
export async function readWindow(
  source: NightscoutSource,
  fromMs: number,
  toMs: number = MAX_DATE_MS,
): Promise<ServedEntry[]> {
  return toEntries(await source.list(Math.max(fromMs, 0), Math.min(toMs, MAX_DATE_MS)));
}

/** Reads the entries of the last days, newest first. */
export async function readRecent(source: NightscoutSource, nowMs: number): Promise<ServedEntry[]> {
  return toEntries(await source.list(nowMs - DEFAULT_WINDOW_MS, MAX_DATE_MS, { isNewestEnough: true }));
}

function toEntries(points: readonly GlucosePoint[]): ServedEntry[] {
  return points.flatMap(toServed).reverse();
}

/**
 * Reads the newest entries before `toMs` that `isWanted` accepts. Looks back further only if there are too few of them,
 * because an archive may hold years.
 */
export async function readBackwards(
  source: NightscoutSource,
  toMs: number,
  { count, isWanted }: { readonly count: number; readonly isWanted: (entry: ServedEntry) => boolean },
): Promise<ServedEntry[]> {
  for (let windowMs = DAY_MS; ; windowMs *= 8) {
    const found = (await readWindow(source, toMs - windowMs, toMs)).filter(isWanted);
    if (found.length >= count || toMs - windowMs <= 0) return found.slice(0, count);
  }
}

/** A reading dated in the future has a wrong date. Lists no entry for it. */
function toServed(point: GlucosePoint): ServedEntry[] {
  if (point.isAhead) return [];
  // Readers take a figure below 39 for an error code. For us it is LOW, and so it must be for them.
  const entry = toEntry({ ...point, mgDl: Math.max(point.mgDl, LOW_MG_DL), datetime: point.datetime });
  if (!entry) return [];
  const { date, dateString } = entry;
  return [{ _id: idOf(date), ...entry, sysTime: dateString, utcOffset: 0, mills: date }];
}

/** Makes an id in the form of MongoDB's, which begin with the time in seconds. */
function idOf(date: number): string {
  return hex(Math.floor(date / 1000), 8) + hex(date, 16);
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
