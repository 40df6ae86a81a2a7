import { chartSvg } from "../../chart/chart-svg.ts";
import { MARGIN } from "../../chart/frame.ts";
import { parseOffset } from "../../glucose/local-time.ts";
import type { Wearer } from "../feed/wearer.ts";
import type { PageHistory } from "./page-history.ts";
import type { PanelOptions } from "./panel.ts";

/** Sizes of the picture: for a phone, and for wider screens. The style sheet shows one of them. */
const SIZES = [
  ["narrow", 360, 260],
  ["wide", 800, 280],
] as const;
/** Longest window that is drawn as a timeline. Longer ones are drawn as a profile of the day. */
const MAX_TIMELINE_HOURS = 24;

interface ChartBlockOptions extends PanelOptions {
  readonly history: PageHistory;
  /** Prefix of element ids. */
  readonly id: string;
}

/** Draws the window, and adds its readings for the script, which shows single ones. */
export function chartHtml(wearer: Wearer, { history, id, unit, band }: ChartBlockOptions): string {
  const { points, hours } = history;
  const isProfile = hours > MAX_TIMELINE_HOURS;
  const now = wearer.now();
  const to = Math.max(now, points.at(-1)?.datetime.getTime() ?? now);
  const pictures = SIZES.map(([name, width, height]) => {
    const picture = chartSvg(points, {
      ...(isProfile ? { view: "profile", title: `Glucose by time of day, last ${hours / 24} days` } : { hours }),
      unit,
      band,
      now,
      width,
      height,
      theme: "inherit",
      idPrefix: `${id}-${name}`,
    });
    return `<div class="${name}">${picture}</div>`;
  });
  const from = to - hours * 3_600_000;
  const list = points.map(({ datetime, mgDl }) => `${Math.round((datetime.getTime() - from) / 1000)}:${mgDl}`);
  const data = isProfile
    ? ""
    : ` data-from="${from}" data-to="${to}" data-left="${MARGIN.left}" data-right="${MARGIN.right}" data-offset="${parseOffset(wearer.newest?.timezone) ?? 0}" data-points="${list.join(" ")}"`;
  return `<div class="chart" id="${id}"${data}>${pictures.join("")}</div>`;
}
