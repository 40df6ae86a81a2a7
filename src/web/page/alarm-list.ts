import { escapeXml } from "../../chart/markup.ts";
import type { Watched } from "../feed/watched.ts";
import type { ShownAlarm } from "../feed/wearer-alarms.ts";
import { ALARM_WORDS } from "./words.ts";

/** Minutes of a snooze: an urgent low takes no more than 30. */
export const SNOOZE_MINUTES = 15;

interface AlarmListOptions {
  readonly basePath: string;
  readonly formKey: string;
  /** Query of the page, to come back to. */
  readonly query: string;
  /** Prefix of element ids. By its id, a button keeps the focus when the view is replaced. */
  readonly id: string;
}

/** Lists the alarms that are on, each with a button to acknowledge and one to snooze. */
export function alarmsHtml({ wearer, alarms }: Watched, options: AlarmListOptions): string {
  const items = alarms.list().map((alarm) => {
    const name = ALARM_WORDS[alarm.rule];
    return `<li><strong>${name}</strong> ${stateOf(alarm)} ${formHtml(wearer.name, alarm, options)}</li>`;
  });
  const trouble = alarms.hasFailed ? '<p class="problem" role="status">The alarms don\u2019t work.</p>' : "";
  return items.length === 0 ? trouble : `${trouble}<ul class="alarms" aria-label="Alarms">${items.join("")}</ul>`;
}

function stateOf({ isAcknowledged, snoozedMinutes }: ShownAlarm): string {
  if (snoozedMinutes > 0) return `snoozed for ${snoozedMinutes} min`;
  return isAcknowledged ? "acknowledged" : "";
}

function formHtml(name: string, { rule }: ShownAlarm, { basePath, formKey, query, id }: AlarmListOptions): string {
  const hidden = Object.entries({ key: formKey, wearer: name, rule, query })
    .map(([field, value]) => `<input type="hidden" name="${field}" value="${escapeXml(value)}">`)
    .join("");
  const what = ALARM_WORDS[rule].toLowerCase();
  return `<form method="post" action="${basePath}/alarms">${hidden}<button id="${id}-${rule}-acknowledge" name="action" value="acknowledge" aria-label="Acknowledge: ${what}">Acknowledge</button> <button id="${id}-${rule}-snooze" name="action" value="snooze" aria-label="Snooze ${SNOOZE_MINUTES} min: ${what}">Snooze ${SNOOZE_MINUTES} min</button></form>`;
}
