import { Argument, Option } from "commander";
import type { GlucoseUnit } from "../../glucose/glucose.ts";
import { onAlarmOption } from "../alarms/options.ts";
import { UsageError } from "../exit.ts";
import { accountOptions, jsonOption, unitOption, wholeNumber, type ConnectionOptions } from "../options.ts";
import type { Subcommand } from "../subcommand.ts";

interface AlarmsOptions extends ConnectionOptions {
  readonly unit: GlucoseUnit;
  readonly json?: boolean | undefined;
  readonly onAlarm?: string | undefined;
  readonly rules?: string | undefined;
  readonly days?: number | undefined;
}

const DEFAULT_DAYS = 14;
const MAX_DAYS = 366;

const NOTES = `What can be done:
  test    ring once, marked as a test, through the bell, the line and the program of --on-alarm
  replay  play past readings to the rules: what each rule would have done

replay reads the archive of the account, or with --simulate made-up readings. Nothing is sent.

This is no medical device. Keep the alarms of the official app on.`;

export const alarms: Subcommand<AlarmsOptions> = {
  name: "alarms",
  summary: "test the alarms of watch, or replay them over past readings",
  args: [new Argument("<action>", "what to do").choices(["test", "replay"])],
  options: [
    onAlarmOption,
    new Option("--rules <file>", "replay: JSON file of rules (default: those that the official apps have on)"),
    new Option("--days <n>", `replay: how far back (default: ${DEFAULT_DAYS})`).argParser(wholeNumber(1, MAX_DAYS)),
    ...accountOptions,
    unitOption,
    jsonOption,
  ],
  notes: NOTES,
  async run(options, io, [action]) {
    const { onAlarm, rules, days } = options;
    if (action === "test") {
      if ((rules ?? days) !== undefined) throw new UsageError("--rules and --days belong to replay.");
      // Loaded only here: the other subcommands need no alarms.
      const { ringTest } = await import("../alarms/test-alarm.ts");
      return ringTest(options, io);
    }
    if (onAlarm !== undefined) throw new UsageError("--on-alarm belongs to test and to watch.");
    const { replayCommand } = await import("../alarms/replay.ts");
    return replayCommand({ ...options, days: days ?? DEFAULT_DAYS }, io);
  },
};
