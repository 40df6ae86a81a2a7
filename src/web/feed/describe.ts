import type { GlucoseReading } from "../../glucose-reading.ts";
import type { Watched } from "./watched.ts";
import type { ShownAlarm, WearerAlarms } from "./wearer-alarms.ts";
import type { Problem, Wearer } from "./wearer.ts";

/** Present state of one wearer, as JSON. */
export interface WearerState {
  /** Absent if the handler has one source without a name. */
  readonly wearer?: string;
  /** Newest reading, however old; `null` without a reading. */
  readonly reading: GlucoseReading | null;
  /** Change from the reading before, in mg/dL; `null` if `GlucoseReading.delta()` is `undefined`. */
  readonly delta: number | null;
  readonly ageMs: number | null;
  /** `true` if there is no reading of the last 15 minutes. */
  readonly isStale: boolean;
  /** Last successful check, by the service's clock, as ISO 8601. */
  readonly checkedAt: string | null;
  /** Why the service can't be read at present; `null` if it can. */
  readonly problem: Problem | null;
  readonly alarms?: readonly ShownAlarm[];
}

export function describeWearer(wearer: Wearer, alarms: WearerAlarms): WearerState {
  const { name, newest, delta, ageMs, isStale, problem } = wearer;
  return {
    ...(name !== "" && { wearer: name }),
    reading: newest ?? null,
    delta: delta ?? null,
    ageMs: ageMs ?? null,
    isStale,
    checkedAt: checkedAtOf(wearer),
    problem: problem ?? null,
    ...(alarms.given && { alarms: alarms.list() }),
  };
}

/** State of all wearers with the readings of 24 hours, oldest first. */
export function describeSnapshot(watched: readonly Watched[], now: number): unknown {
  const wearers = watched.map(({ wearer, alarms }) => ({
    ...describeWearer(wearer, alarms),
    readings: wearer.readings,
  }));
  return { now: new Date(now).toISOString(), wearers };
}

export function describeTick(watched: readonly Watched[], now: number): unknown {
  const wearers = watched.map(({ wearer }) => ({
    ...(wearer.name !== "" && { wearer: wearer.name }),
    checkedAt: checkedAtOf(wearer),
    problem: wearer.problem ?? null,
  }));
  return { now: new Date(now).toISOString(), wearers };
}

function checkedAtOf({ checkedAt }: Wearer): string | null {
  return checkedAt === undefined ? null : new Date(checkedAt).toISOString();
}
