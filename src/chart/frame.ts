import type { ChartBand, ResolvedChartOptions } from "./options.ts";
import { element, escapeXml } from "./markup.ts";
import { PALETTES, type Palette } from "./themes.ts";
import { makeValueTicks, valueShare, type ValueScale } from "./value-axis.ts";

/** Places of a chart: where a figure is drawn, and where the figures end. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Middle of the lane for HIGH; `undefined` without such a lane. */
  readonly highLane: number | undefined;
  readonly lowLane: number | undefined;
  readonly palette: Palette;
  readonly y: (mgDl: number) => number;
}

export const FONT_SIZE = 12;
/** Space beside the figures. */
export const MARGIN = { left: 44, right: 14 } as const;
const HEAD = 26;
const FOOT = 22;
const LANE = 28;

/** Divides the picture into head, lanes, figures and time axis. */
export function makeFrame(
  options: ResolvedChartOptions,
  scale: ValueScale,
  lanes: { readonly high: boolean; readonly low: boolean },
): Frame {
  const { width, height, theme } = options;
  const top = HEAD + (lanes.high ? LANE : 4);
  const bottom = height - FOOT - (lanes.low ? LANE : 0);
  return {
    left: MARGIN.left,
    right: width - MARGIN.right,
    top,
    bottom,
    highLane: lanes.high ? HEAD + LANE / 2 : undefined,
    lowLane: lanes.low ? bottom + LANE / 2 : undefined,
    palette: PALETTES[theme],
    y: (mgDl) => bottom - valueShare(scale, mgDl) * (bottom - top),
  };
}

export function text(content: string, attributes: Parameters<typeof element>[1]): string {
  return element("text", attributes, escapeXml(content));
}

/** Draws the band, the grid and the labels of the figures. */
export function drawValueAxis(
  frame: Frame,
  scale: ValueScale,
  { unit, band }: { readonly unit: ResolvedChartOptions["unit"]; readonly band: ChartBand },
): string {
  const { left, right, palette, y } = frame;
  const perPixel = (scale.top - scale.bottom) / Math.max(1, frame.bottom - frame.top);
  const ticks = makeValueTicks(scale, band, { unit, minGap: perPixel * (FONT_SIZE + 4) });
  const parts = [
    element("rect", {
      x: left,
      y: y(band.high),
      width: right - left,
      height: y(band.low) - y(band.high),
      fill: palette.band,
    }),
  ];
  for (const { mgDl, label, isLimit } of ticks) {
    const stroke = isLimit ? palette.limit : palette.grid;
    parts.push(
      element("line", {
        x1: left,
        x2: right,
        y1: y(mgDl),
        y2: y(mgDl),
        stroke,
        "stroke-dasharray": isLimit ? "4 3" : undefined,
      }),
      text(label, { x: left - 6, y: y(mgDl) + 4, "text-anchor": "end" }),
    );
  }
  parts.push(drawLanes(frame, scale));
  return parts.join("");
}

/** Labels the lanes for LOW and HIGH, and breaks the axis below HIGH if the figures between are left out. */
function drawLanes({ left, top, highLane, lowLane, palette }: Frame, { isBroken }: ValueScale): string {
  const parts: string[] = [];
  if (highLane !== undefined) parts.push(text("HIGH", { x: left - 6, y: highLane + 4, "text-anchor": "end" }));
  if (lowLane !== undefined) parts.push(text("LOW", { x: left - 6, y: lowLane + 4, "text-anchor": "end" }));
  if (highLane !== undefined && isBroken) {
    const y = top - 3;
    parts.push(
      element("path", { d: `M${left - 5} ${y + 2}l5 -4M${left} ${y + 2}l5 -4`, stroke: palette.text, fill: "none" }),
    );
  }
  return parts.join("");
}

/** Draws the time axis. */
export function drawTimeAxis(
  { left, right, bottom, lowLane, palette }: Frame,
  ticks: readonly { readonly x: number; readonly label: string }[],
  height: number,
): string {
  const y = lowLane === undefined ? bottom : lowLane + LANE / 2;
  const parts = [element("line", { x1: left, x2: right, y1: y, y2: y, stroke: palette.text })];
  for (const { x, label } of ticks) {
    parts.push(element("line", { x1: x, x2: x, y1: y, y2: y + 4, stroke: palette.text }));
    // A label that would be cut off is left out.
    if (x >= left - 8 && x <= right - 4) parts.push(text(label, { x, y: height - 5, "text-anchor": "middle" }));
  }
  return parts.join("");
}
