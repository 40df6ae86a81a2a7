import { Argument, Option } from "commander";
import type { GlucoseArchive } from "../../archive/archive.ts";
import type { GlucoseUnit } from "../../glucose/glucose.ts";
import { findArchive } from "../archive/command-archive.ts";
import type { CommandArchive } from "../archive/place.ts";
import { pruneArchive } from "../archive/prune.ts";
import { printStatus } from "../archive/status.ts";
import type { ExportForm } from "../archive/export.ts";
import { EXIT, UsageError } from "../exit.ts";
import type { Io } from "../io.ts";
import { accountOptions, jsonOption, timezoneOption, unitOption, type ConnectionOptions } from "../options.ts";
import { sizeOf } from "../screen.ts";
import { parseSince, type Since } from "../since.ts";
import type { Subcommand } from "../subcommand.ts";
import { wrap } from "../wrap.ts";

interface ArchiveCommandOptions extends ConnectionOptions {
  readonly unit: GlucoseUnit;
  readonly timezone?: string | undefined;
  readonly format: ExportForm;
  readonly before?: Since | undefined;
  readonly yes?: boolean | undefined;
  readonly json?: boolean | undefined;
}

const ACTIONS = ["status", "on", "off", "where", "import", "export", "prune"];
const SIMULATED_DAYS = 14;

const NOTES = `What can be done:
  status         where it is, how many readings, from when to when, gaps (the default)
  on             keep what current, latest, readings, chart and watch show, from now on
  off            keep what is there, and add nothing
  where          the path of the file alone
  import <file>  add a CSV export of Dexcom Clarity (it needs --timezone), or an export of this command
  export [file]  write all readings to a new file, or to the output
  prune          delete old readings: --before 365d, or --before 2026-01-01

The archive is health data in a file that only this user can read. It is off until you turn it on. Each account has a file
of its own. With --simulate everything happens in memory, on a made-up fortnight.`;

export const archive: Subcommand<ArchiveCommandOptions> = {
  name: "archive",
  summary: "readings kept on this machine: on, off, import, export, prune",
  args: [new Argument("[action]", "what to do").choices(ACTIONS), new Argument("[file]", "for import and export")],
  options: [
    ...accountOptions,
    timezoneOption,
    new Option("--format <form>", "export: csv, ndjson or clarity")
      .choices(["csv", "ndjson", "clarity"])
      .default("csv"),
    unitOption,
    new Option("--before <when>", "prune: delete readings before that, such as 365d or 2026-01-01").argParser(
      parseSince,
    ),
    new Option("--yes", "prune: delete without a question, for scripts"),
    jsonOption,
  ],
  notes: NOTES,
  async run(options, io, [action = "status", file]) {
    checkUse(options, action, file);
    const found = await findArchive(options, io, SIMULATED_DAYS);
    const width = sizeOf({}, io).width;
    if (action === "status") await printStatus(found, io, { json: options.json ?? false, width });
    else if (action === "where") io.stdout.write(`${found.file}\n`);
    else if (action === "on") await turnOn(found, io, width);
    else if (action === "off") await turnOff(found, io);
    else await work(found, io, { ...options, action, file });
    return EXIT.OK;
  },
};

/** Refuses what the action has no use for. @throws {UsageError} */
function checkUse({ before, json, timezone }: ArchiveCommandOptions, action: string, file: string | undefined): void {
  if (file !== undefined && action !== "import" && action !== "export")
    throw new UsageError(`${action} takes no file.`);
  if (action === "import" && file === undefined) throw new UsageError("import needs a file.");
  if (timezone !== undefined && action !== "import") throw new UsageError("--timezone belongs to import.");
  if (before !== undefined && action !== "prune") throw new UsageError("--before belongs to prune.");
  if (before === undefined && action === "prune") throw new UsageError("prune needs --before, such as --before 365d.");
  if (json && action !== "status") throw new UsageError("--json belongs to status.");
}

async function turnOn(found: CommandArchive, { stdout, calledAs }: Io, width: number): Promise<void> {
  await found.turnOn();
  const text = `The archive is on. It is health data: the file is readable for this user alone, but not encrypted, and a backup may copy it. \`${calledAs} archive off\` stops it.`;
  stdout.write([...wrap(text, width), found.file, ""].join("\n"));
}

async function turnOff(found: CommandArchive, { stdout }: Io): Promise<void> {
  if (found.state === "absent") {
    stdout.write("The archive is off. There is no file.\n");
    return;
  }
  await found.turnOff();
  stdout.write(`The archive is off. Its readings stay, in\n${found.file}\n`);
}

type Work = ArchiveCommandOptions & { readonly action: string; readonly file: string | undefined };

async function work(found: CommandArchive, io: Io, { action, file, ...options }: Work): Promise<void> {
  if (found.state === "absent")
    throw new UsageError(`There is no archive yet: \`${io.calledAs} archive on\` makes it.`);
  const opened: GlucoseArchive = await found.open();
  try {
    if (action === "prune") {
      await pruneArchive(opened, io, { before: options.before!, yes: options.yes ?? false });
      return;
    }
    // Loaded only here, with their reader and writer of CSV.
    if (action === "import") {
      const { importFile } = await import("../archive/import-file.ts");
      await importFile(opened, io, { file: file!, timezone: options.timezone });
      return;
    }
    const { exportArchive } = await import("../archive/export.ts");
    await exportArchive(opened, io, { file, form: options.format, unit: options.unit });
  } finally {
    await opened.close();
  }
}
