import { csvFormatRow, csvParseRows } from "d3-dsv";
import { ArgumentError } from "../errors.ts";
import { HIGH_MG_DL, LOW_MG_DL, MIN_MG_DL, toMmolL, toLocalFields, type GlucoseUnit } from "../glucose/glucose.ts";
import type { GlucosePoint } from "../glucose/glucose-point.ts";
import { formatOffset, zoneOffset, type ZoneOffset } from "../glucose/local-time.ts";
import { assertArgument, checkText } from "../validate.ts";
import { formatLines, type LineForm } from "./formats.ts";

const MINUTE_MS = 60_000;
const MG_DL_PER_MMOL_L = 18.0182;
const TIMESTAMP = "Timestamp (YYYY-MM-DDThh:mm:ss)";
const EVENT = "Event Type";
const GLUCOSE = /^Glucose Value \((mg\/dL|mmol\/L)\)$/;

/** Options of `parseClarityCsv()`. */
export interface ClarityOptions {
  /** IANA time zone of the wearer, such as `"Europe/Berlin"`: an export has local times without an offset. */
  readonly timeZone: string;
}

/**
 * Reads a CSV export of Dexcom Clarity, in either unit.
 *
 * Only the sensor's readings (EGV) are taken. The rows with name and date of birth are skipped, and no error repeats
 * text of the file. `Low` and `High` are 39 and 401 mg/dL. In the hour that a night repeats when the clocks are set
 * back, the order of the rows decides.
 *
 * @throws {ArgumentError} If the text is not such an export, or a row has no valid date or value. The message names the
 * row.
 *
 * @example
 * ```ts
 * import { MemoryArchive } from "dexcom-share-ts/archive";
 * import { parseClarityCsv } from "dexcom-share-ts/archive/csv";
 * declare const text: string; // the file's content
 * const archive = new MemoryArchive();
 * await archive.add(parseClarityCsv(text, { timeZone: "Europe/Berlin" }), { minDistanceMs: 150_000 });
 * ```
 */
export function parseClarityCsv(text: string, { timeZone }: ClarityOptions): GlucosePoint[] {
  const offsetAt = zoneOffset(checkText("timeZone", timeZone));
  const [header = [], ...rows] = csvParseRows(text.replace(/^\uFEFF/, ""));
  const names = header.map((name) => name.trim());
  const [time, event, glucose] = [
    names.indexOf(TIMESTAMP),
    names.indexOf(EVENT),
    names.findIndex((n) => GLUCOSE.test(n)),
  ];
  assertArgument(time >= 0 && event >= 0 && glucose >= 0, "The text is not a CSV export of Dexcom Clarity");
  const unit = GLUCOSE.exec(names[glucose]!)![1] as GlucoseUnit;
  let previous = -Infinity;
  return rows.flatMap((row, index) => {
    if (row[event]?.trim() !== "EGV") return [];
    const instant = toInstant(row[time]!, { offsetAt, previous });
    const mgDl = toMgDl(row[glucose] ?? "", unit);
    if (instant === undefined || mgDl === undefined) {
      throw new ArgumentError(`Row ${index + 2} has no valid ${mgDl === undefined ? "glucose value" : "timestamp"}`);
    }
    previous = instant;
    return [{ mgDl, datetime: new Date(instant), timezone: formatOffset(offsetAt(instant)) }];
  });
}

/** Returns the instant of a local time; of two, the first that is not before the row above. */
function toInstant(
  text: string,
  zone: { readonly offsetAt: ZoneOffset; readonly previous: number },
): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)$/.exec(text.trim());
  const local = match ? Date.parse(`${match[1]!}T${match[2]!}Z`) : NaN;
  if (Number.isNaN(local)) return undefined;
  const { offsetAt, previous } = zone;
  // Offsets before and after a change of the clocks.
  const offsets = [offsetAt(local - 86_400_000), offsetAt(local + 86_400_000)];
  const instants = offsets.map((offset) => local - offset * MINUTE_MS);
  const possible = instants.filter((instant, i) => offsetAt(instant) === offsets[i]).sort((a, b) => a - b);
  // A receiver may have kept the old time for a while: then the hour that was left out exists.
  // Two devices may have sent the same reading: the same local time twice in a row is one instant.
  return possible.find((instant) => instant >= previous) ?? possible.at(-1) ?? instants[0];
}

function toMgDl(text: string, unit: GlucoseUnit): number | undefined {
  const value = text.trim();
  if (/^low$/i.test(value)) return LOW_MG_DL;
  if (/^high$/i.test(value)) return HIGH_MG_DL;
  if (!/^\d{1,3}([.,]\d{1,2})?$/.test(value)) return undefined;
  const figure = Number(value.replace(",", "."));
  const mgDl = Math.round(unit === "mmol/L" ? figure * MG_DL_PER_MMOL_L : figure);
  return mgDl >= MIN_MG_DL ? mgDl : undefined;
}

const CLARITY_HEADER = [
  "Index",
  TIMESTAMP,
  EVENT,
  "Event Subtype",
  "Patient Info",
  "Device Info",
  "Source Device ID",
  "Glucose Value (unit)",
  "Insulin Value (u)",
  "Carb Value (grams)",
  "Duration (hh:mm:ss)",
  "Glucose Rate of Change (unit/min)",
  "Transmitter Time (Long Integer)",
  "Transmitter ID",
];

/** Options of `formatClarityCsv()`. */
export interface ClarityFormat {
  /** @default "mg/dL" */
  readonly unit?: GlucoseUnit | undefined;
}

/** Writes readings in the form of a Clarity export, in the wearer's local time, without a name. */
export function formatClarityCsv(points: Iterable<GlucosePoint>, { unit = "mg/dL" }: ClarityFormat = {}): string {
  return formatLines(points, clarityForm(unit));
}

export function clarityForm(unit: GlucoseUnit): LineForm {
  return {
    header: `${csvFormatRow(CLARITY_HEADER.map((name) => name.replace("unit", unit)))}\n`,
    line({ mgDl, datetime, timezone }, index) {
      const cells = CLARITY_HEADER.map(() => "");
      const local = toLocalFields(datetime, timezone).toISOString().slice(0, 19);
      const figure = unit === "mmol/L" ? toMmolL(mgDl).toFixed(1) : String(mgDl);
      cells.splice(0, 3, String(index + 1), local, "EGV");
      cells[7] = mgDl <= LOW_MG_DL ? "Low" : mgDl >= HIGH_MG_DL ? "High" : figure;
      return `${csvFormatRow(cells)}\n`;
    },
  };
}
