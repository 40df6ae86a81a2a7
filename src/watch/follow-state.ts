import type { ParsedReading } from "../wire/readings.ts";
import { FIRST_SCHEDULE, interval, MIN_INTERVAL_MS, observe, type ScheduleState } from "./poll-scheduler.ts";
import {
  accept,
  isCovered,
  queryWindow,
  startTracker,
  type Acceptance,
  type ReadingQuery,
  type TrackerState,
} from "./reading-tracker.ts";
import { isCertain, observeTime, type ServiceTime, type TimeWitnesses } from "./service-time.ts";

/** State of following an account between two responses, as JSON. */
export interface FollowState {
  /** Absent before the first response. */
  readonly time?: ServiceTime;
  readonly tracker: TrackerState;
  readonly schedule: ScheduleState;
}

/** A response and the clocks when it arrived. */
export interface FollowResponse extends TimeWitnesses {
  readonly query: ReadingQuery;
  /** Newest first. */
  readonly records: readonly ParsedReading[];
}

export interface FollowStep extends Pick<Acceptance<ParsedReading>, "readings" | "clamped" | "lost"> {
  readonly state: FollowState;
  /** Time until the next request. */
  readonly waitMs: number;
}

/** @param isSeen `true` if a reading of the instant `since` was delivered. */
export function startFollowing(since?: number, isSeen?: boolean): FollowState {
  return { tracker: startTracker(since, isSeen), schedule: FIRST_SCHEDULE };
}

/** @param passedMs Time since the last response. */
export function nextQuery({ time, tracker }: FollowState, passedMs: number): ReadingQuery {
  return queryWindow(tracker, isCertain(time) ? time.at + passedMs : Infinity);
}

/** Takes in a response. */
export function followResponse(state: FollowState, response: FollowResponse): FollowStep {
  const { query, records, wallNow } = response;
  const { time, passedMs } = observeTime(state.time, response);
  // Our clocks were behind when the window was chosen. Without its older readings, the newer ones would be out of order.
  if (!response.isSteady && !isCovered(state.tracker, query, time.at)) {
    const schedule = observe(state.schedule, passedMs, []);
    return { state: { ...state, time, schedule }, readings: [], waitMs: MIN_INTERVAL_MS };
  }
  const {
    state: tracker,
    isCutOff,
    ...accepted
  } = accept(state.tracker, {
    query,
    records,
    serviceNow: time.at,
    latestNow: time.isOwn ? Infinity : Math.max(time.at, wallNow),
  });
  // The first response shows the age of the newest reading even if that was delivered before.
  const seen = state.schedule.ageMs === undefined ? records : accepted.readings.toReversed();
  const ages = seen.map((reading) => ageOf(reading, time.at)).sort((a, b) => a - b);
  const schedule = observe(state.schedule, passedMs, ages);
  const waitMs = isCutOff ? MIN_INTERVAL_MS : interval(schedule);
  return { ...accepted, state: { time, tracker, schedule }, waitMs };
}

/** A reading of the future counts from its arrival. */
function ageOf({ time }: ParsedReading, serviceNow: number): number {
  return Math.max(0, serviceNow - time);
}
