import { Option } from "commander";
import { UsageError } from "../exit.ts";

/** Options of the alarms of `watch`. */
export interface WatchAlarmsFlags {
  /** Path of the rules; `true` for the defaults. */
  readonly alarms?: string | true | undefined;
  readonly onAlarm?: string | undefined;
  readonly alarmState?: string | undefined;
}

export const onAlarmOption: Option = new Option(
  "--on-alarm <program>",
  "run this for each alarm event: JSON on stdin, ALARM_TEXT and others in the environment, no shell",
);

export const watchAlarmsOptions: readonly Option[] = [
  new Option("--alarms [file]", "ring: by the rules of a JSON file, else by those that the official apps have on"),
  onAlarmOption,
  new Option("--alarm-state <file>", "keep the state of the alarms here, so that a restart does not ring again"),
];

/** @throws {UsageError} If an option is given that only works with alarms. */
export function checkAlarmFlags({ alarms, onAlarm, alarmState }: WatchAlarmsFlags): void {
  if (alarms !== undefined) return;
  if (onAlarm !== undefined) throw new UsageError("--on-alarm needs --alarms.");
  if (alarmState !== undefined) throw new UsageError("--alarm-state needs --alarms.");
}
