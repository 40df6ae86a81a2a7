import type { Connection } from "../connection.ts";
import { followResponse, nextQuery, type FollowState, type FollowStep } from "./follow-state.ts";
import { requestReadings, requestServiceTime } from "./request.ts";

/** Time since the last response. Each property is measured when it is read. */
export interface PassedTime {
  /** The time as each clock measured it; empty if no clock can be right. */
  readonly witnesses: readonly number[];
  /** The likely time; Infinity if no clock can be right. */
  readonly ms: number;
  /** `true` if one of the clocks is never set. */
  readonly isSteady: boolean;
}

/** A step, and the service's time that the response told. */
export interface RequestedStep extends FollowStep {
  readonly date: number | undefined;
}

/** Longer times by a wall clock may come from another machine, whose clock is wrong. */
const MAX_TRUSTED_MS = 3_600_000;

/** Sends the next request for readings, and takes in its response. */
export async function followRequest(
  connection: Connection,
  state: FollowState,
  { passed, signal }: { readonly passed: PassedTime; readonly signal: AbortSignal | undefined },
): Promise<RequestedStep> {
  const query = nextQuery(state, passed.ms);
  const { records, date: headerDate } = await requestReadings(connection, query, { signal, badRecords: "report" });
  const passedMs = passed.witnesses;
  const isKnown = state.time !== undefined && (passed.isSteady || passed.ms < MAX_TRUSTED_MS);
  // Browsers hide `Date` behind a proxy that does not expose it. One request is enough while a clock of ours is steady.
  const date = headerDate === undefined && !isKnown ? await requestServiceTime(connection, signal) : headerDate;
  const wallNow = connection.clock.now();
  return { ...followResponse(state, { query, records, date, passedMs, wallNow, isSteady: passed.isSteady }), date };
}
