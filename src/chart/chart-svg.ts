import { describeChart } from "./describe.ts";
import { FONT_SIZE } from "./frame.ts";
import { element, escapeXml } from "./markup.ts";
import { toMarks } from "./model.ts";
import { resolveChartOptions, type ChartOptions, type ChartPoint } from "./options.ts";
import { drawProfile } from "./profile-svg.ts";
import { PALETTES } from "./themes.ts";
import { drawTimeline } from "./timeline-svg.ts";

/**
 * Draws glucose as an SVG document.
 *
 * The time axis follows the wearer's clock, gaps stay open, and LOW and HIGH have lanes of their own. The picture has a
 * title and a description for screen readers, and neither style sheet nor script: it fits into a strict content policy.
 *
 * @param points Readings in any order.
 * @returns An `<svg>` element, to be inlined or sent as `image/svg+xml`.
 * @throws {ArgumentError} If an option or a point is invalid.
 *
 * @example
 * ```ts
 * import { Dexcom } from "dexcom-share-ts";
 * import { chartSvg } from "dexcom-share-ts/chart";
 * const dexcom = new Dexcom({ username: "someone@example.com", password: "secret" });
 * const svg = chartSvg(await dexcom.getGlucoseReadings(), { hours: 12, theme: "dark", unit: "mmol/L" });
 * ```
 */
export function chartSvg(points: readonly ChartPoint[], options: ChartOptions = {}): string {
  const resolved = resolveChartOptions(options);
  const marks = toMarks(points);
  const { width, height, theme, idPrefix, title, view } = resolved;
  const { background, text } = PALETTES[theme];
  const [titleId, descriptionId] = [`${idPrefix}-title`, `${idPrefix}-description`];
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "aria-labelledby": `${titleId} ${descriptionId}`,
      "font-family": "system-ui, sans-serif",
      "font-size": FONT_SIZE,
      fill: text,
    },
    [
      element("title", { id: titleId }, escapeXml(title)),
      element("desc", { id: descriptionId }, escapeXml(describeChart(marks, resolved))),
      element("rect", { width, height, fill: background }),
      view === "profile" ? drawProfile(marks, resolved) : drawTimeline(marks, resolved),
    ].join(""),
  );
}
