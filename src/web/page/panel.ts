import { escapeXml } from "../../chart/markup.ts";
import type { ChartBand } from "../../chart/options.ts";
import type { GlucoseUnit } from "../../glucose/glucose.ts";
import type { GlucoseReading } from "../../glucose-reading.ts";
import type { Wearer } from "../feed/wearer.ts";
import { formatDelta, localTime, offsetOf, problemWords, zoneOf, zoneWords } from "./words.ts";

export interface PanelOptions {
  readonly unit: GlucoseUnit;
  readonly band: ChartBand;
}

/** Writes the figure of one wearer: in colour and in words, with its change and its time. */
export function panelHtml(wearer: Wearer, options: PanelOptions): string {
  const { newest } = wearer;
  const problem = problemWords(wearer);
  const trouble = problem === undefined ? "" : `<p class="problem" role="status">${escapeXml(problem)}</p>`;
  if (newest === undefined) {
    const words = wearer.hasSucceeded ? "No reading in the last 24 hours" : "No reading yet";
    return `<div class="now empty"><p class="figure">\u2013</p><p class="age">${words}</p>${trouble}</div>`;
  }
  return readingHtml(wearer, newest, options) + trouble;
}

function readingHtml(wearer: Wearer, newest: GlucoseReading, { unit, band }: PanelOptions): string {
  const { isStale, ageMs = 0 } = wearer;
  const figure = newest.format(unit);
  const isFigure = newest.level === "in-range";
  const words = wordsOf(wearer, newest, { unit, band });
  // The service's time at which the reading was new. The script counts the age from it.
  const at = Math.round(wearer.now() - ageMs);
  const time = localTime(newest.datetime, newest.timezone);
  const age = isStale ? `last ${figure} \u00b7 ${time} \u00b7 no data` : time;
  return `<div class="now ${zoneOf(newest.mgDl, band)}${isStale ? " stale" : ""}" data-at="${at}" data-figure="${figure}" data-arrow="${escapeXml(newest.trendArrow)}" data-words="${escapeXml(words)}">
<p class="figure"><span class="value">${figure}</span> <span class="arrow" aria-hidden="true">${escapeXml(newest.trendArrow)}</span>${isFigure ? ` <span class="unit">${unit}</span>` : ""}</p>
<p class="words">${escapeXml(words)}</p>
<p class="age"><span class="age-text">${age}</span> <span class="zone">${offsetOf(newest)}</span></p></div>`;
}

function wordsOf(wearer: Wearer, newest: GlucoseReading, { unit, band }: PanelOptions): string {
  const { delta } = wearer;
  return [
    zoneWords(newest.mgDl, band, unit),
    ...(newest.trendDescription === "" ? [] : [newest.trendDescription]),
    ...(delta === undefined ? [] : [`${formatDelta(delta, unit)} ${unit}`]),
    ...(newest.isAhead ? ["its date is in the future: a clock is wrong"] : []),
  ].join(" \u00b7 ");
}
