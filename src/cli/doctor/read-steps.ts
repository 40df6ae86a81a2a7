import { DexcomError } from "../../errors.ts";
import type { GlucoseReading } from "../../glucose-reading.ts";
import type { CommandCache } from "../cache.ts";
import { makeClient } from "../connection.ts";
import type { Credentials } from "../credentials.ts";
import type { Io } from "../io.ts";
import { CURRENT_FOR_MS, formatDuration } from "../times.ts";
import type { Target } from "../target.ts";
import { guardLogins } from "./one-login.ts";
import { describeFailure, describeLogin, detailsOf } from "./refusal.ts";
import { failed, ok, skipped, type Finding } from "./step.ts";

/** Findings of the last three steps, from one read. */
export interface ReadFindings {
  readonly login: Finding;
  readonly readings: Finding;
  readonly age: Finding;
  /** `true` if the credentials were refused: another region may know them. */
  readonly isRefused: boolean;
}

/** One reading every five minutes for a day. */
const READINGS_A_DAY = 288;
const NO_LOGIN = skipped("no login");
const NONE = skipped("no readings");

/** Reads the last day with one login at most, each request once. */
export async function readOnce(
  target: Target,
  credentials: Credentials,
  io: Io,
  cache: CommandCache["cache"],
  aheadMs: number,
): Promise<ReadFindings> {
  const guard = guardLogins(target.fetch);
  try {
    const dexcom = makeClient({ ...target, fetch: guard.fetch }, credentials, io, cache, { retry: { retries: 1 } });
    const list = await dexcom.getGlucoseReadings(undefined, undefined, { signal: io.signal });
    const login = ok(guard.passwordPosts > 0 ? "accepted" : "accepted from another run, a moment ago");
    return { login, ...describeReadings(list, io.clock.now() - aheadMs), isRefused: false };
  } catch (error) {
    if (!(error instanceof DexcomError)) throw error;
    if (!guard.hasRead) {
      const login = describeLogin(error, credentials, { region: target.region, regionsHint: regionsHint(target, io) });
      return { login, readings: NO_LOGIN, age: NO_LOGIN, isRefused: error.code === "CREDENTIALS_REFUSED" };
    }
    const readings = guard.isBlocked
      ? failed("the service refused the session that it had just given", [
          "Try again in a few minutes; if it stays so, report it.",
        ])
      : failed(describeFailure(error), [error.advice], detailsOf(error));
    return { login: ok("accepted"), readings, age: NONE, isRefused: false };
  }
}

/** Recommends `--try-regions` only if it is possible: it asks a person, and it needs the real service. */
function regionsHint({ baseUrl, isSimulated }: Target, { calledAs }: Io): string | undefined {
  if (baseUrl !== undefined || isSimulated) return undefined;
  return `Run \`${calledAs} doctor --try-regions\` in a terminal to try the others, once each.`;
}

/** Tells if readings come, and the age of the newest by the service's own clock. */
function describeReadings(list: readonly GlucoseReading[], serviceNow: number): Pick<ReadFindings, "readings" | "age"> {
  const [newest] = list;
  if (newest === undefined) {
    return {
      readings: failed(
        "none in the last 24 hours, though the login is accepted",
        [
          "Sharing must be on in the Dexcom app, with at least one follower invited: without one the service gives nothing.",
          "A dependent's readings are on the dependent's own account, not on the parent's.",
          "The wearer's phone may have been offline for a day, or no sensor was running.",
          "Stelo has no Share.",
        ],
        { count: 0 },
      ),
      age: NONE,
    };
  }
  const count = list.length;
  const newestAgeMs = Math.round(serviceNow - newest.datetime.getTime());
  const summary = `the newest is ${formatDuration(Math.max(0, newestAgeMs))} old`;
  return {
    readings: ok(`${String(count)} of ${String(READINGS_A_DAY)} of the last 24 hours`, { count }),
    age:
      newestAgeMs <= CURRENT_FOR_MS
        ? ok(summary, { newestAgeMs })
        : failed(
            `${summary}: there is no current one`,
            [
              "The wearer's phone uploads them: is it on, online, and is the Dexcom app running with Share on?",
              "Battery savers hold uploads back; they come later, all at once.",
              "A new sensor warms up for half an hour to two hours, a lost signal leaves a gap.",
            ],
            { newestAgeMs },
          ),
  };
}
