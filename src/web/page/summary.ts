import { formatGlucose } from "../../glucose/glucose.ts";
import { summarize } from "../../statistics/summarize.ts";
import type { PageHistory } from "./page-history.ts";
import type { PanelOptions } from "./panel.ts";

/** Writes time in range and mean of the window, or why they are missing. */
export function summaryHtml({ points }: PageHistory, { unit }: PanelOptions): string {
  const summary = summarize(points);
  const { rangePercent, meanMgDl, gmiPercent } = summary;
  if (rangePercent.value === undefined || meanMgDl.value === undefined) return "";
  const { veryLow, low, inRange, high, veryHigh = 0 } = rangePercent.value;
  const items: (readonly [string, string])[] = [
    ["In range", percent(inRange)],
    ["Below", percent(veryLow + low)],
    ["Above", percent(high + veryHigh)],
    ["Mean", formatGlucose(Math.round(meanMgDl.value), unit, { unitLabel: true })],
    ...(gmiPercent.value === undefined ? [] : [["GMI", `${gmiPercent.value.toFixed(1)}\u00a0%`] as const]),
  ];
  const list = items.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join("");
  return `<dl class="summary">${list}</dl>`;
}

function percent(share: number): string {
  return `${Math.round(share)}\u00a0%`;
}
