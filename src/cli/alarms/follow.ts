import { watchAlarms, type Watchable } from "../../alarms/watch-alarms.ts";
import type { GlucoseReading } from "../../glucose-reading.ts";
import type { GlucoseUnit } from "../../glucose/glucose.ts";
import type { Io } from "../io.ts";
import { Announcer } from "./announcer.ts";
import type { WatchAlarmsFlags } from "./options.ts";
import { findProgram } from "./program.ts";
import { readRules, type RuleSet } from "./rules-file.ts";
import { StateFile } from "./state-file.ts";

/** Alarms of one run of `watch`. */
export interface PreparedAlarms {
  readonly rules: RuleSet;
  readonly announcer: Announcer;
  readonly hasProgram: boolean;
  readonly file: StateFile | undefined;
  readonly state: string | undefined;
}

/** Checks everything that the alarms need, before a request is sent. @throws {UsageError} */
export async function prepareAlarms(
  { alarms = true, onAlarm, alarmState }: WatchAlarmsFlags,
  output: { readonly unit: GlucoseUnit; readonly json?: boolean | undefined },
  io: Io,
): Promise<PreparedAlarms> {
  const rules = await readRules(alarms, output.unit);
  const program = onAlarm === undefined ? undefined : await findProgram(onAlarm, io.env);
  const file = alarmState === undefined ? undefined : new StateFile(alarmState, io);
  const announcer = new Announcer(io, { ...output, program });
  return { rules, announcer, hasProgram: program !== undefined, file, state: await file?.read() };
}

/** Watches with alarms: tells of each event, and yields each reading. */
export async function* followWithAlarms(
  dexcom: Watchable,
  { rules: { rules, unit }, announcer, hasProgram, file, state }: PreparedAlarms,
  { since, io }: { readonly since: Date | undefined; readonly io: Io },
): AsyncGenerator<GlucoseReading, void, undefined> {
  const items = watchAlarms(dexcom, rules, {
    unit,
    state,
    since,
    signal: io.signal,
    clock: io.clock,
    deliver: hasProgram ? (event) => announcer.run(event) : undefined,
  });
  let timezone: string | undefined;
  for await (const item of items) {
    if (item.type === "reading") {
      ({ timezone } = item.reading);
      yield item.reading;
    } else {
      announcer.print(item, timezone);
    }
    const saving = file?.write(items.state);
    if (saving) await (io.clock.hold?.(saving) ?? saving);
  }
}
