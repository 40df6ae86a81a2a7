import type { AlarmEvent } from "../../alarms/alarm-event.ts";
import type { AlarmName } from "../../alarms/alarm-rules.ts";
import type { Alarms } from "../../alarms/alarms.ts";
import { AccountError } from "../../errors.ts";
import type { GlucoseReading } from "../../glucose-reading.ts";

/** Alarms of one wearer, made with `createAlarms()`. */
export type WebAlarms = Pick<Alarms, "update" | "tick" | "report" | "snooze" | "acknowledge" | "state">;

/** An alarm that is on. */
export interface ShownAlarm {
  readonly rule: AlarmName;
  readonly isAcknowledged: boolean;
  /** Minutes for which it is still snoozed; 0 if it is not. */
  readonly snoozedMinutes: number;
}

/** Judges what a feed brings. Without alarms it does nothing. */
export class WearerAlarms {
  readonly #alarms: WebAlarms | undefined;
  readonly #emit: (event: AlarmEvent) => void;
  readonly #seen = new Set<AlarmName>();
  #hasFailed = false;

  constructor(alarms: WebAlarms | undefined, emit: (event: AlarmEvent) => void) {
    this.#alarms = alarms;
    this.#emit = emit;
  }

  /** The alarms; `undefined` if the wearer has no alarms. */
  get given(): WebAlarms | undefined {
    return this.#alarms;
  }

  /** Rules that have raised an alarm since the start. */
  get seen(): ReadonlySet<AlarmName> {
    return this.#seen;
  }

  /** Returns `true` if the alarms have thrown. They may have missed something, and the page says so from then on. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  noteReading(reading: GlucoseReading, now: number): void {
    this.#tell(() => this.#alarms?.update(reading, now));
  }

  noteCheck(error: unknown, now: number): void {
    const type = error === undefined ? "checked" : error instanceof AccountError ? "refused" : "failed";
    this.#tell(() => this.#alarms?.report({ type }, now));
  }

  tick(now: number): void {
    this.#tell(() => this.#alarms?.tick(now));
  }

  /** Lists the alarms that are on. */
  list(): readonly ShownAlarm[] {
    const state = this.#attempt(() => this.#alarms?.state);
    if (!state) return [];
    const { active, snoozed, elapsed } = state;
    return Object.entries(active).map(([name, alarm]) => {
      const rule = name as AlarmName;
      const leftMs = (snoozed[rule]?.until ?? 0) - elapsed;
      return { rule, isAcknowledged: alarm.isAcknowledged, snoozedMinutes: Math.max(0, Math.ceil(leftMs / 60_000)) };
    });
  }

  #tell(judge: () => readonly AlarmEvent[] | undefined): void {
    for (const event of this.#attempt(judge) ?? []) {
      if (event.type === "raised") this.#seen.add(event.rule);
      this.#emit(event);
    }
  }
  /** Calls the alarms. Readings are shown although the alarms throw. */
  #attempt<T>(call: () => T | undefined): T | undefined {
    try {
      return call();
    } catch {
      this.#hasFailed = true;
      return undefined;
    }
  }
}
