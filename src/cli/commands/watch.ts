import { Option } from "commander";
import type { DexcomEvent } from "../../events.ts";
import type { GlucoseReading } from "../../glucose-reading.ts";
import type { GlucoseUnit } from "../../glucose.ts";
import { connect } from "../connection.ts";
import { EXIT } from "../exit.ts";
import type { Io } from "../io.ts";
import { PROGRAM } from "../program-name.ts";
import { painterFor, type Paint } from "../paint.ts";
import { readingColumns, readingJson } from "../reading-line.ts";
import { momentOf, parseSince, type Since } from "../since.ts";
import type { Subcommand } from "../subcommand.ts";
import { formatDuration } from "../times.ts";
import { toPrintableJson } from "../text.ts";
import { singleOptions, type SingleOptions } from "./current.ts";

interface WatchOptions extends SingleOptions {
  readonly since?: Since | undefined;
}

const STALE_AFTER_MS = 900_000;

export const watch: Subcommand<WatchOptions> = {
  name: "watch",
  summary: "each reading as it comes, until Ctrl-C",
  options: [
    ...singleOptions,
    new Option(
      "--since <when>",
      "first what came after that: 3h, 1h30m, 2026-01-15T08:00 (default: the latest reading)",
    ).argParser(parseSince),
  ],
  notes:
    "With --json a line of JSON for each. What delays readings is told on stderr; those that turn up after newer ones are marked late.",
  async run({ since, unit, json, ...options }, io) {
    const dexcom = await connect(options, io, { onEvent: narrator(io) });
    const paint = painterFor(io.stdout, io.env);
    const moment = since && momentOf(since, io.clock.now());
    if (moment && moment.getTime() > io.clock.now())
      io.stderr.write(`${PROGRAM}: that moment is still to come; nothing is shown before it\n`);
    for await (const reading of dexcom.watch({ since: moment, signal: io.signal, staleAfterMs: STALE_AFTER_MS })) {
      const text = json ? toPrintableJson(readingJson(reading, io.clock.now())) : line(reading, unit, paint);
      io.stdout.write(`${text}\n`);
    }
    // It ends by itself only where it was told to.
    return EXIT.OK;
  },
};

function line(reading: GlucoseReading, unit: GlucoseUnit, paint: Paint): string {
  const [time, figure, arrow] = readingColumns(reading, unit);
  const row = [time, paint("strong", figure), reading.late ? `${arrow}  ${paint("warning", "late")}` : arrow.trimEnd()];
  return row.join("  ").trimEnd();
}

/** Tells a person why nothing comes, and that it comes again. */
function narrator({ stderr }: Io): (event: DexcomEvent) => void {
  const say = (text: string): void => void stderr.write(`${PROGRAM}: ${text}\n`);
  let saidBad = false;
  return (event) => {
    if (event.type === "waiting") {
      const { message, serverCode } = event.error;
      say(
        `${message}${serverCode === undefined ? "" : ` (${serverCode})`}: trying again in ${formatDuration(event.delayMs)}`,
      );
    } else if (event.type === "stale") {
      say(`no reading is younger than ${formatDuration(STALE_AFTER_MS)}`);
    } else if (event.type === "recovered") {
      say("readings come again");
    } else if (event.type === "bad-record" && !event.kept && !saidBad) {
      // The service gives the same one again and again.
      saidBad = true;
      say("a record that is no reading is left out");
    }
  };
}
