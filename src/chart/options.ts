import type { GlucosePoint } from "../glucose/glucose-point.ts";
import { checkUnit, type GlucoseUnit } from "../glucose/glucose.ts";
import { assertArgument, checkInstant, checkInteger, checkNames, checkText } from "../validate.ts";

/** Point of a chart. A `GlucoseReading` is one, and so is a row of a database. */
export type ChartPoint = Pick<GlucosePoint, "mgDl" | "datetime" | "timezone">;

/**
 * Colours of a chart. `"e-ink"` is black on white, without grey. `"inherit"` takes them from the custom properties of the
 * page that the picture is part of: `--chart-text`, `-grid`, `-band`, `-limit`, `-line`, `-low`, `-in-range`, `-high` and
 * `-spread`.
 */
export type ChartTheme = "light" | "dark" | "e-ink" | "inherit";

/** Target range, in mg/dL. */
export interface ChartBand {
  readonly low: number;
  readonly high: number;
}

/** Options of `chartSvg`. */
export interface ChartOptions {
  /** `"timeline"` shows the last hours, `"profile"` all days on top of each other. @default "timeline" */
  readonly view?: "timeline" | "profile" | undefined;
  /** Right edge of the timeline: a `Date`, or milliseconds since the Unix epoch. @default the present */
  readonly now?: Date | number | undefined;
  /** Hours that the timeline shows, 1 to 336. @default 24 */
  readonly hours?: number | undefined;
  /** Unit of the labels. @default "mg/dL" */
  readonly unit?: GlucoseUnit | undefined;
  /** Target range, in mg/dL. @default { low: 70, high: 180 } */
  readonly band?: ChartBand | undefined;
  /** Width in pixels, 160 to 4096. @default 800 */
  readonly width?: number | undefined;
  /** Height in pixels, 90 to 4096. @default 300 */
  readonly height?: number | undefined;
  /** Colours of the picture. @default "light" */
  readonly theme?: ChartTheme | undefined;
  /** Accessible title. @default such as "Glucose, last 24 hours" */
  readonly title?: string | undefined;
  /** Prefix of the element ids. Charts in one HTML document need different ones. @default "glucose-chart" */
  readonly idPrefix?: string | undefined;
}

/** Options, checked and complete. */
export type ResolvedChartOptions = {
  readonly [Key in keyof Omit<ChartOptions, "now" | "title">]-?: Exclude<ChartOptions[Key], undefined>;
} & {
  readonly now: number;
  readonly title: string;
};

const OPTION_NAMES: readonly string[] = [
  "view",
  "now",
  "hours",
  "unit",
  "band",
  "width",
  "height",
  "theme",
  "title",
  "idPrefix",
] satisfies readonly (keyof ChartOptions)[];

/** @throws {ArgumentError} If an option is invalid or unknown. The message names it. */
export function resolveChartOptions(options: ChartOptions): ResolvedChartOptions {
  checkNames("options", options, OPTION_NAMES);
  const { view = "timeline", unit = "mg/dL", theme = "light", idPrefix = "glucose-chart" } = options;
  const { band = { low: 70, high: 180 } } = options;
  assertArgument(["timeline", "profile"].includes(view), 'view must be "timeline" or "profile"');
  checkUnit(unit);
  assertArgument(
    ["light", "dark", "e-ink", "inherit"].includes(theme),
    'theme must be "light", "dark", "e-ink" or "inherit"',
  );
  assertArgument(
    /^[A-Za-z][\w-]*$/.test(idPrefix),
    "idPrefix must begin with a letter, and have only letters, digits, - and _",
  );
  assertArgument(
    band.low >= 40 && band.low < band.high && band.high <= 400,
    "band.low must be below band.high, and both from 40 to 400 mg/dL",
  );
  const hours = checkInteger("hours", options.hours ?? 24, { min: 1, max: 336 });
  const usualTitle = view === "profile" ? "Glucose by time of day" : `Glucose, last ${String(hours)} hours`;
  return {
    view,
    unit,
    theme,
    idPrefix,
    band,
    hours,
    now: checkInstant("now", options.now ?? Date.now()),
    width: checkInteger("width", options.width ?? 800, { min: 160, max: 4096 }),
    height: checkInteger("height", options.height ?? 300, { min: 90, max: 4096 }),
    title: checkText("title", options.title ?? usualTitle),
  };
}
