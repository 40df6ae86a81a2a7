import { escapeXml } from "../../chart/markup.ts";
import type { Exchange } from "../http/exchange.ts";
import { maxHoursOf } from "../routes/history.ts";
import { SCRIPT, STYLE } from "./assets.ts";
import { THEMES, toQuery, WINDOWS, type Preferences } from "./preferences.ts";
import { shownOf, titleOf, viewHtml } from "./view.ts";

const THEME_LABELS = { auto: "Auto", light: "Light", dark: "Dark", night: "Night" } as const;

/** Writes the page. It shows everything without its script, which keeps it up to date. */
export async function pageHtml(exchange: Exchange, preferences: Preferences, nonce: string): Promise<string> {
  const { options } = exchange;
  const title = titleOf(shownOf(exchange, preferences), preferences);
  const view = await viewHtml(exchange, preferences);
  const settings = `data-base="${options.basePath}" data-query="${escapeXml(toQuery(preferences))}" data-unit="${preferences.unit}"`;
  const body = `<header>${navigationHtml(exchange, preferences)}</header>
<p id="offline" role="status" hidden></p>
<main id="view" ${settings}${options.isLive ? " data-live" : ""}>${view}</main>
<p id="spoken" class="hidden" role="status"></p>
<footer><p>Not a medical device. This page can\u2019t wake you: keep the alarms of the official app on.</p><button id="awake" hidden aria-pressed="false">Keep screen on</button></footer>`;
  return documentHtml({ title, body, nonce, theme: preferences.theme, script: SCRIPT });
}

interface DocumentOptions {
  readonly title: string;
  readonly body: string;
  readonly nonce: string;
  readonly theme?: string;
  readonly script?: string;
}

/** Writes an HTML document. */
export function documentHtml({ title, body, nonce, theme = "auto", script }: DocumentOptions): string {
  // Without the script nothing else would bring the next reading.
  const refresh = script === undefined ? "" : '\n<noscript><meta http-equiv="refresh" content="60"></noscript>';
  const code = script === undefined ? "" : `\n<script nonce="${nonce}">${script}</script>`;
  return `<!doctype html>
<html lang="en" data-theme="${theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeXml(title)}</title>
<link rel="icon" href="data:,">${refresh}
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
${body}${code}
</body>
</html>
`;
}

function navigationHtml(exchange: Exchange, preferences: Preferences): string {
  const shown = shownOf(exchange, preferences);
  const maxHours = Math.max(...shown.map(maxHoursOf));
  const link = (change: Partial<Preferences>, label: string): string => {
    const isCurrent = Object.entries(change).every(([name, value]) => preferences[name as keyof Preferences] === value);
    const query = toQuery({ ...preferences, ...change });
    return `<a href="${exchange.options.basePath}/${escapeXml(query)}"${isCurrent ? ' aria-current="true"' : ""}>${label}</a>`;
  };
  const group = (label: string, links: readonly string[]): string =>
    `<nav aria-label="${label}">${links.join(" ")}</nav>`;
  const isOneOfMany = preferences.wearer !== undefined && exchange.hub.watched.length > 1;
  return [
    ...(isOneOfMany ? [group("Wearers", [link({ wearer: undefined }, "All")])] : []),
    group(
      "Window",
      WINDOWS.filter(([hours]) => hours <= maxHours).map(([hours, label]) => link({ hours }, label)),
    ),
    group("Unit", [link({ unit: "mg/dL" }, "mg/dL"), link({ unit: "mmol/L" }, "mmol/L")]),
    group(
      "Theme",
      THEMES.map((theme) => link({ theme }, THEME_LABELS[theme])),
    ),
  ].join("");
}
