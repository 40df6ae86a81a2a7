import { AHEAD_MS, HISTORY_MS, READING_INTERVAL_MS, SAME_READING_MS } from "../glucose/cadence.ts";
import { MAX_COUNT, MAX_MINUTES } from "../wire/read-limits.ts";

const MINUTE_MS = 60_000;
/** If two readings are further apart, one of the five-minute grid is missing between them. */
const MAX_SPACING_MS = 450_000;
/** Each request looks so far back for readings that fill a gap: three hours, the backfill of older sensors. */
const LOOK_BACK_MS = 10_800_000;
/** Older gaps are looked for once an hour. */
const FULL_SCAN_INTERVAL_MS = 3_600_000;
/** Shortest window of a request, because the clocks of the service's own machines may differ. */
const MIN_MINUTES = 5;
/** The largest count that a client is known to have sent. */
const MAX_DENSE_COUNT = 1000;
/** A day of a sensor that measures every minute. */
const MAX_AHEAD = 1440;

/** Record of what was delivered, as JSON. Instants are milliseconds since the Unix epoch. */
export interface TrackerState {
  /** No reading up to this instant is delivered any more. Absent before the first reading, unless `since` was given. */
  readonly watermark?: number | undefined;
  /** Readings delivered in the last day, oldest first. */
  readonly delivered: readonly number[];
  /** Readings delivered while they were ahead, in the order of their delivery. */
  readonly ahead: readonly AheadReading[];
  /** Service time of the last full scan. */
  readonly scannedAt?: number | undefined;
  /** `true` if readings come more often than every five minutes. */
  readonly isDense?: true | undefined;
}

/** A delivered reading that was ahead. Its figure tells it from a later reading of the very instant. */
interface AheadReading {
  readonly time: number;
  /** Absent if it was delivered before the tracker was started. */
  readonly mgDl?: number;
}

/** Window of a request for readings. */
export interface ReadingQuery {
  readonly minutes: number;
  readonly maxCount: number;
  /** `true` if the window holds every reading that can still be delivered. */
  readonly isFullScan: boolean;
}

/** Marks of a delivered reading. */
export interface DeliveryMarks {
  /** A newer reading has already been delivered. */
  readonly late?: true;
  /** The reading was dated in the future when it arrived. */
  readonly isAhead?: true;
}

interface Timed {
  readonly time: number;
  readonly mgDl: number;
}

/** A response, and the clocks when it arrived. */
export interface TrackedResponse<T extends Timed> {
  readonly query: ReadingQuery;
  /** Newest first. */
  readonly records: readonly T[];
  readonly serviceNow: number;
  /** The later one of the service's time and our own; Infinity if the service has not told its time. */
  readonly latestNow: number;
}

export interface Acceptance<T extends Timed> {
  readonly state: TrackerState;
  /** New readings, oldest first. */
  readonly readings: readonly (T & DeliveryMarks)[];
  /** `true` if the response was cut off before the last delivered reading, and a larger one may not be. */
  readonly isCutOff: boolean;
  /** Readings between these two instants may be lost. */
  readonly lost?: { readonly after: number; readonly before: number } | undefined;
  /** A `since` of the future, and the instant that replaces it. */
  readonly clamped?: { readonly from: number; readonly to: number } | undefined;
}

/** @param isSeen `true` if a reading of the instant `since` was delivered. */
export function startTracker(since?: number, isSeen = false): TrackerState {
  if (since === undefined) return { delivered: [], ahead: [] };
  return { watermark: since, delivered: isSeen ? [since] : [], ahead: [] };
}

/**
 * Decides how far back the next request reaches: to the newest delivered reading, or to the first gap of the last three
 * hours; once an hour to the watermark, because a late reading may turn up anywhere.
 *
 * @param serviceNow Infinity if it is not certain.
 */
export function queryWindow(state: TrackerState, serviceNow: number): ReadingQuery {
  const { watermark, ahead, scannedAt, isDense } = state;
  if (watermark === undefined) return { minutes: MAX_MINUTES, maxCount: 1, isFullScan: true };
  const isFullScan = scannedAt === undefined || !(Math.abs(serviceNow - scannedAt) < FULL_SCAN_INTERVAL_MS);
  const minutes = minutesBack(state, isFullScan, serviceNow);
  // Readings less than 30 s apart are the same one, so a minute holds two at most.
  const held = isDense ? Math.min(minutes * 2, MAX_DENSE_COUNT) : Math.min(minutes, MAX_COUNT);
  // Readings of the future come first in every response. Without room for them they would hide the present.
  const future = serviceNow === Infinity ? ahead.length : ahead.filter(({ time }) => time > serviceNow).length;
  return { minutes, maxCount: Math.min(held + future, MAX_DENSE_COUNT), isFullScan };
}

/**
 * Returns `false` if the window of a request was too short, because its sender took the service's time for an earlier
 * one than `serviceNow`. The time of the request itself makes a minute more.
 */
export function isCovered(state: TrackerState, { minutes, isFullScan }: ReadingQuery, serviceNow: number): boolean {
  return minutesBack(state, isFullScan, serviceNow) <= minutes + 1;
}

function minutesBack(state: TrackerState, isFullScan: boolean, serviceNow: number): number {
  const { watermark = -Infinity } = state;
  const from = isFullScan ? watermark : gapStart(state, watermark, serviceNow);
  return clamp(Math.ceil((serviceNow - from) / MINUTE_MS), MIN_MINUTES, MAX_MINUTES);
}

function gapStart({ delivered }: TrackerState, watermark: number, serviceNow: number): number {
  const earliest = serviceNow - LOOK_BACK_MS;
  let previous = watermark;
  for (const time of delivered) {
    if (time - previous > MAX_SPACING_MS && time > earliest) return Math.max(previous, earliest);
    previous = time;
  }
  return previous;
}

/** Decides which readings of a response are new, and how each is marked. */
export function accept<T extends Timed>(given: TrackerState, response: TrackedResponse<T>): Acceptance<T> {
  const { query, records, serviceNow, latestNow } = response;
  const isAhead = ({ time }: Timed): boolean => time - latestNow > AHEAD_MS;
  const newest = latestNow === Infinity ? Infinity : (records.find((record) => !isAhead(record))?.time ?? -Infinity);
  const clamped = clampOf(given, Math.max(newest, serviceNow));
  const state: TrackerState = clamped
    ? { watermark: clamped.to, delivered: [], ahead: given.delivered.map((time) => ({ time })) }
    : given;
  const missed = missedBy(state, response);
  if (missed && !state.isDense) return { state: { ...state, isDense: true }, readings: [], isCutOff: true, clamped };
  const readings = findNew(state, records, isAhead);
  const next = recordDelivery(state, readings, { query, serviceNow });
  return { state: next, readings, isCutOff: false, lost: missed, clamped };
}

/**
 * Replaces a `since` that is in the future at the first response. The caller's clock may be wrong, or the service's; the
 * newest reading is a witness against the latter.
 *
 * @param to The present, or the newest reading if that is later.
 */
function clampOf({ watermark, scannedAt }: TrackerState, to: number): Acceptance<Timed>["clamped"] {
  const isFuture = scannedAt === undefined && watermark !== undefined && watermark - to > AHEAD_MS;
  return isFuture ? { from: watermark, to } : undefined;
}

/** Returns what a full response leaves out between its oldest record and the last delivered reading. */
function missedBy(
  { watermark, delivered }: TrackerState,
  { query, records, serviceNow }: TrackedResponse<Timed>,
): Acceptance<Timed>["lost"] {
  const before = records.at(-1)?.time;
  // A service that caps the count returns as many as official clients ask for.
  const isFull = records.length >= query.maxCount || records.length === MAX_COUNT;
  if (watermark === undefined || before === undefined || !isFull) return undefined;
  const after = Math.max(delivered.at(-1) ?? watermark, serviceNow - HISTORY_MS);
  return before - after > MAX_SPACING_MS ? { after, before } : undefined;
}

function findNew<T extends Timed>(
  { watermark = -Infinity, delivered, ahead }: TrackerState,
  records: readonly T[],
  isAhead: (record: T) => boolean,
): (T & DeliveryMarks)[] {
  const newest = delivered.at(-1) ?? -Infinity;
  const known = [...delivered];
  const knownAhead = ahead.map(({ time }) => time);
  const readings: (T & DeliveryMarks)[] = [];
  for (const record of records.toReversed()) {
    const { time } = record;
    if (isAhead(record)) {
      // Our clock may have been ahead, too, when the reading came, and have been set back since.
      if (isNear(time, knownAhead) || isNear(time, known)) continue;
      knownAhead.push(time);
      readings.push({ ...record, isAhead: true });
    } else if (time > watermark && !isNear(time, known) && !wasAhead(record, ahead)) {
      known.push(time);
      readings.push(time < newest ? { ...record, late: true } : record);
    }
  }
  return readings;
}

function recordDelivery(
  state: TrackerState,
  readings: readonly (Timed & DeliveryMarks)[],
  { query, serviceNow }: Pick<TrackedResponse<Timed>, "query" | "serviceNow">,
): TrackerState {
  const added = readings.filter(({ isAhead }) => !isAhead).map(({ time }) => time);
  const addedAhead = readings.filter(({ isAhead }) => isAhead).map(({ time, mgDl }) => ({ time, mgDl }));
  // Not by spreading, which keeps room for more in memory.
  const all = state.delivered.concat(added).sort((a, b) => a - b);
  const oldest = all.at(-1)! - HISTORY_MS;
  const forgotten = all.findLast((time) => time < oldest);
  // A first reading that is ahead must not hide the readings of the present.
  const first = added[0] ?? (addedAhead.length > 0 ? serviceNow - READING_INTERVAL_MS : undefined);
  const watermark = state.watermark ?? first;
  const isDense = state.isDense ?? all.some((time, index) => time - all[index - 1]! < MIN_SPACING_MS);
  return {
    delivered: forgotten === undefined ? all : all.filter((time) => time >= oldest),
    ahead: [...state.ahead, ...addedAhead].filter(({ time }) => time > serviceNow - HISTORY_MS).slice(-MAX_AHEAD),
    // Forgotten readings stay delivered.
    watermark: forgotten === undefined ? watermark : Math.max(watermark!, forgotten + SAME_READING_MS - 1),
    scannedAt: query.isFullScan && watermark !== undefined ? serviceNow : state.scannedAt,
    isDense: isDense || undefined,
  };
}

/** Two readings of a five-minute sensor are further apart. */
const MIN_SPACING_MS = 240_000;

/** Recognizes a reading that was delivered before its time came. */
function wasAhead({ time, mgDl }: Timed, ahead: readonly AheadReading[]): boolean {
  return ahead.some((other) => other.time === time && (other.mgDl ?? mgDl) === mgDl);
}

function isNear(time: number, others: readonly number[]): boolean {
  return others.some((other) => Math.abs(time - other) < SAME_READING_MS);
}

export function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
