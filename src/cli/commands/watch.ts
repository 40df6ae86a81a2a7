import { Option } from "commander";
import type { GlucoseReading } from "../../glucose-reading.ts";
import type { GlucoseUnit } from "../../glucose/glucose.ts";
import { checkAlarmFlags, watchAlarmsOptions, type WatchAlarmsFlags } from "../alarms/options.ts";
import { openReader } from "../connection.ts";
import { EXIT } from "../exit.ts";
import { narrator, STALE_AFTER_MS } from "../narrator.ts";
import { painterFor, type Paint } from "../paint.ts";
import { readingColumns, readingJson } from "../reading-line.ts";
import { momentOf, parseSince, type Since } from "../since.ts";
import type { Subcommand } from "../subcommand.ts";
import { toPrintableJson } from "../text.ts";
import { outputOptions, type OutputOptions } from "../single.ts";

interface WatchOptions extends OutputOptions, WatchAlarmsFlags {
  readonly since?: Since | undefined;
}

export const watch: Subcommand<WatchOptions> = {
  name: "watch",
  summary: "each reading as it comes, until Ctrl-C",
  options: [
    ...outputOptions,
    new Option(
      "--since <when>",
      "start with what came after that: 3h, 1h30m, 2026-01-15T08:00 (default: the latest reading)",
    ).argParser(parseSince),
    ...watchAlarmsOptions,
  ],
  notes: `With --json it prints a line of JSON for each reading. Messages about delays go to stderr. A reading that arrives after a newer one is marked late.

--alarms is no medical device: keep the alarms of the official app on. An alarm event is a line of its own, with a bell on a
terminal; its JSON has a type, that of a reading has none. Try it first: alarms test, and alarms replay.`,
  async run({ since, unit, json, alarms, onAlarm, alarmState, ...options }, io) {
    checkAlarmFlags({ alarms, onAlarm, alarmState });
    // Loaded only here: a plain watch does not pay for it.
    const alarming = alarms === undefined ? undefined : await import("../alarms/follow.ts");
    const prepared = await alarming?.prepareAlarms({ alarms, onAlarm, alarmState }, { unit, json }, io);
    const { dexcom, recorder } = await openReader(options, io, { onEvent: narrator(io) });
    const paint = painterFor(io.stdout, io.env);
    const moment = since && momentOf(since, io.clock.now());
    const readings =
      alarming && prepared
        ? alarming.followWithAlarms(dexcom, prepared, { since: moment, io })
        : dexcom.watch({ since: moment, signal: io.signal, staleAfterMs: STALE_AFTER_MS });
    try {
      for await (const reading of readings) {
        const text = json ? toPrintableJson(readingJson(reading, io.clock.now())) : line(reading, unit, paint);
        io.stdout.write(`${text}\n`);
        await recorder.keep([reading]);
      }
    } finally {
      await recorder.close();
    }
    // The loop ends only on an abort.
    return EXIT.OK;
  },
};

function line(reading: GlucoseReading, unit: GlucoseUnit, paint: Paint): string {
  const [time, figure, arrow] = readingColumns(reading, unit);
  const row = [time, paint("strong", figure), reading.late ? `${arrow}  ${paint("warning", "late")}` : arrow.trimEnd()];
  return row.join("  ").trimEnd();
}
