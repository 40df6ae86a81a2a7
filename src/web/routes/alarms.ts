import type { AlarmName } from "../../alarms/alarm-rules.ts";
import { isSameText } from "../access/same-text.ts";
import type { Exchange } from "../http/exchange.ts";
import { readForm } from "../http/form.ts";
import { textReply, type Reply } from "../http/reply.ts";
import { RequestError } from "../http/request-error.ts";
import { SNOOZE_MINUTES } from "../page/alarm-list.ts";

/** `POST /alarms`: acknowledges or snoozes an alarm, and goes back to the page. */
export async function changeAlarm({ request, url, hub, options, formKey }: Exchange): Promise<Reply> {
  const form = await readForm(request, url);
  const [key, name, rule, action] = ["key", "wearer", "rule", "action"].map((field) => form.get(field) ?? "");
  // A page of a stranger does not know the key.
  if (!(await isSameText(key!, formKey))) throw new RequestError(403, "The form must come from a page of this server");
  const alarms = hub.watched.find(({ wearer }) => wearer.name === name)?.alarms;
  if (!alarms?.list().some((alarm) => alarm.rule === rule)) throw new RequestError(409, "This alarm is no longer on");
  if (action === "snooze") alarms.given!.snooze(rule as AlarmName, SNOOZE_MINUTES * 60_000);
  else if (action === "acknowledge") alarms.given!.acknowledge(rule as AlarmName);
  else throw new RequestError(400, "action must be acknowledge or snooze");
  const query = new URLSearchParams(form.get("query") ?? "");
  return textReply("", { status: 303, headers: { location: `${options.basePath}/?${query.toString()}` } });
}
