import { glucoseDelta } from "../../glucose/glucose.ts";
import type { ReadContext } from "./context.ts";
import { parseCount } from "./query.ts";
import { json } from "./reply.ts";
import { readRecent, type ServedEntry } from "./served-entry.ts";

const DEFAULT_COUNT = 24;

/** Responds in the form of xDrip's own web service, newest first. The first item names the units of the site. */
export async function respondSgv({ url, source, nowMs, units }: ReadContext): Promise<Response> {
  const isBrief = /^y/i.test(url.searchParams.get("brief_mode") ?? "");
  const count = parseCount(url.searchParams.get("count"), DEFAULT_COUNT);
  const entries = await readRecent(source, nowMs);
  const items = entries.slice(0, count).map((entry, index) => {
    const { date, sgv, direction } = entry;
    const brief = { date, sgv, delta: deltaFrom(entry, entries[index + 1]), direction, noise: 1 };
    const { _id, device, dateString, sysTime, utcOffset, type } = entry;
    const item = isBrief ? brief : { _id, device, dateString, sysTime, utcOffset, ...brief, type };
    return index === 0 ? { ...item, units_hint: units === "mmol" ? "mmol" : "mgdl" } : item;
  });
  return json(items);
}

/** Returns the change in mg/dL; 0 if it is not known, because clients expect a number. */
function deltaFrom(entry: ServedEntry, previous: ServedEntry | undefined): number {
  return glucoseDelta(toPoint(entry), previous && toPoint(previous)) ?? 0;
}

function toPoint({ sgv, mills }: ServedEntry): { mgDl: number; datetime: Date } {
  return { mgDl: sgv, datetime: new Date(mills) };
}
