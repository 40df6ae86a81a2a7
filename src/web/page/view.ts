import { escapeXml } from "../../chart/markup.ts";
import type { Watched } from "../feed/watched.ts";
import type { Exchange } from "../http/exchange.ts";
import { alarmsHtml } from "./alarm-list.ts";
import { chartHtml } from "./chart-block.ts";
import { readPageHistory } from "./page-history.ts";
import { panelHtml } from "./panel.ts";
import { toQuery, type Preferences } from "./preferences.ts";
import { summaryHtml } from "./summary.ts";
import { localTime, zoneOf } from "./words.ts";

/** Writes what changes with each reading. The script of the page asks for it again. */
export async function viewHtml(exchange: Exchange, preferences: Preferences): Promise<string> {
  const shown = shownOf(exchange, preferences);
  const isBoard = shown.length > 1;
  const parts = await Promise.all(
    shown.map((watched, index) =>
      isBoard ? cardHtml(watched, index, { exchange, preferences }) : singleHtml(watched, exchange, preferences),
    ),
  );
  // The script compares this with what a tick says.
  const problems = shown.map(({ wearer }) => wearer.problem ?? "").join();
  const attributes = `data-now="${Math.round(exchange.hub.now())}" data-problems="${problems}"`;
  const heading = isBoard ? '<h1 class="hidden">Glucose</h1>' : "";
  return `<div id="content" class="${isBoard ? "board" : "single"}" ${attributes}>${heading}${parts.join("")}</div>`;
}

export function shownOf({ hub }: Exchange, { wearer }: Preferences): readonly Watched[] {
  return hub.watched.filter((watched) => wearer === undefined || watched.wearer.name === wearer);
}

/** Writes the title of the tab. The age in it is that of the first paint, so it is a time and not a duration. */
export function titleOf(shown: readonly Watched[], { unit }: Preferences): string {
  const titles = shown.map(({ wearer }) => {
    const { name, newest, isStale } = wearer;
    if (newest === undefined) return `${name} no reading`.trim();
    const text = `${newest.format(unit)} ${newest.trendArrow} ${localTime(newest.datetime, newest.timezone)}`;
    return `${name} ${isStale ? `no data, last ${text}` : text}`.trim();
  });
  return titles.join(" \u00b7 ");
}

async function singleHtml(watched: Watched, exchange: Exchange, preferences: Preferences): Promise<string> {
  const { unit, hours } = preferences;
  const { band, basePath } = exchange.options;
  const { name } = watched.wearer;
  const options = { unit, band };
  const heading = `<h1${name === "" ? ' class="hidden"' : ""}>${name === "" ? "Glucose" : escapeXml(name)}</h1>`;
  const alarms = alarmsHtml(watched, { basePath, formKey: exchange.formKey, query: toQuery(preferences), id: "alarm" });
  const history = await readPageHistory(watched, hours);
  const trouble = history.isCut
    ? '<p class="problem" role="status">The archive can\u2019t be read. This is the last day.</p>'
    : "";
  const chart = chartHtml(watched.wearer, { ...options, history, id: "chart" });
  return heading + panelHtml(watched.wearer, options) + alarms + trouble + chart + summaryHtml(history, options);
}

interface CardOptions {
  readonly exchange: Exchange;
  readonly preferences: Preferences;
}

/** Writes one wearer of a board. It keeps its place; the frame shows how urgent it is. */
async function cardHtml(watched: Watched, index: number, { exchange, preferences }: CardOptions): Promise<string> {
  const { wearer } = watched;
  const { band, basePath } = exchange.options;
  const options = { unit: preferences.unit, band };
  const query = toQuery({ ...preferences, wearer: wearer.name });
  const frame = wearer.newest === undefined ? "empty" : zoneOf(wearer.newest.mgDl, band);
  const history = await readPageHistory(watched, Math.min(preferences.hours, 24));
  const chart = chartHtml(wearer, { ...options, history, id: `chart-${index}` });
  const alarms = alarmsHtml(watched, {
    basePath,
    formKey: exchange.formKey,
    query: toQuery(preferences),
    id: `alarm-${index}`,
  });
  return `<article class="card ${frame}"><h2><a id="wearer-${index}" href="${basePath}/${escapeXml(query)}">${escapeXml(wearer.name)}</a></h2>${panelHtml(wearer, options)}${alarms}${chart}</article>`;
}
