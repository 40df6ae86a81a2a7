/** Runs alarms through a script of readings and times, and writes down what rings. */
import { createAlarms, type AlarmEvent, type Alarms, type AlarmName, type AlarmRules } from "../../src/alarms/index.ts";

export const MINUTE_MS = 60_000;
/** Minute 0 of every script: two in the night, by the wearer's clock. */
export const START_MS: number = Date.UTC(2026, 2, 3, 6);
const TIMEZONE = "-0400";

/**
 * Runs the steps, which are separated by spaces:
 *
 * - `5:68` a reading of minute 5 that arrives in minute 5; `30<5:68` arrives in minute 30
 * - `5:68 … 20:60` a reading every five minutes between the two, on a straight line
 * - `t20` time passes to minute 20 in ticks of one minute; `T20` in one tick
 * - `snooze:low:30`, `ack:low`, `restart`, `refused`, `failed`, `checked`
 * - `clock+60` the clock is set ahead by so many minutes, `clock-60` back
 */
export class Script {
  readonly #rules: AlarmRules;
  #alarms: Alarms;
  #minute = 0;
  #clockMinutes = 0;
  readonly events: AlarmEvent[] = [];

  constructor(rules: AlarmRules) {
    this.#rules = rules;
    this.#alarms = createAlarms(rules, { unit: "mg/dL" });
  }

  /** What rang, such as `"5 raised low"`: minute of the true time, kind, rule. */
  static lines(rules: AlarmRules, steps: string): string[] {
    const script = new Script(rules);
    return script.run(steps).map(({ line }) => line);
  }

  run(steps: string): { line: string; event: AlarmEvent }[] {
    const told: { line: string; event: AlarmEvent }[] = [];
    for (const step of expand(steps)) {
      const before = this.#minute;
      for (const event of this.#do(step)) {
        const minute = /^t/.test(step) ? Math.round((event.at.getTime() - this.#now(0)) / MINUTE_MS) : this.#minute;
        told.push({ line: `${minute} ${"rule" in event ? `${event.type} ${event.rule}` : event.type}`, event });
      }
      if (this.#minute < before) throw new Error(`${step} goes back`);
    }
    this.events.push(...told.map(({ event }) => event));
    return told;
  }

  #now(minute: number): number {
    return START_MS + (minute + this.#clockMinutes) * MINUTE_MS;
  }

  #do(step: string): AlarmEvent[] {
    const alarms = this.#alarms;
    const [verb, name, minutes] = step.split(":");
    if (verb === "snooze") return (alarms.snooze(name as AlarmName, Number(minutes) * MINUTE_MS), []);
    if (verb === "ack") return (alarms.acknowledge(name as AlarmName), []);
    if (verb === "restart") {
      const state: unknown = JSON.parse(JSON.stringify(alarms.state));
      this.#alarms = createAlarms(this.#rules, { unit: "mg/dL", state });
      return [];
    }
    if (verb === "refused" || verb === "failed" || verb === "checked") {
      return alarms.report({ type: verb }, this.#now(this.#minute));
    }
    const [, jump] = /^clock([+-]\d+)$/.exec(step) ?? [];
    if (jump !== undefined) return ((this.#clockMinutes += Number(jump)), []);
    const [, tick, until] = /^(t|T)(\d+)$/.exec(step) ?? [];
    if (tick !== undefined) return this.#tick(Number(until), tick === "T");
    const [, arrival, time, mgDl] = /^(?:([\d.]+)<)?([\d.-]+):(\d+)$/.exec(step) ?? [];
    if (time === undefined) throw new Error(`no step: ${step}`);
    this.#minute = Number(arrival ?? time);
    const datetime = new Date(START_MS + Number(time) * MINUTE_MS);
    return alarms.update({ mgDl: Number(mgDl), datetime, timezone: TIMEZONE }, this.#now(this.#minute));
  }

  #tick(until: number, isOne: boolean): AlarmEvent[] {
    const events: AlarmEvent[] = [];
    while (this.#minute < until) {
      this.#minute = isOne ? until : this.#minute + 1;
      events.push(...this.#alarms.tick(this.#now(this.#minute)));
    }
    return events;
  }
}

function expand(steps: string): string[] {
  const parts = steps.trim().split(/\s+/);
  return parts.flatMap((part, index) => {
    if (part !== "…") return [part];
    const [from, first] = parts[index - 1]!.split(":").map(Number);
    const [to, last] = parts[index + 1]!.split(":").map(Number);
    const count = (to! - from!) / 5;
    return Array.from({ length: count - 1 }, (_, i) => {
      const share = (i + 1) / count;
      return `${from! + (i + 1) * 5}:${Math.round(first! + (last! - first!) * share)}`;
    });
  });
}
