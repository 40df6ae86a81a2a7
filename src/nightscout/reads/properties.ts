import type { NightscoutDirection } from "../entry.ts";
import { deltaOf, fillBuckets } from "./buckets.ts";
import type { ReadContext } from "./context.ts";
import { json } from "./reply.ts";
import { readRecent } from "./served-entry.ts";

/** Age from which on a reading is not the current one. */
const MAX_AGE_MS = 900_000;

/** Arrows of Nightscout. */
const LABELS: Readonly<Record<NightscoutDirection, string>> = {
  NONE: "⇼",
  DoubleUp: "⇈",
  SingleUp: "↑",
  FortyFiveUp: "↗",
  Flat: "→",
  FortyFiveDown: "↘",
  SingleDown: "↓",
  DoubleDown: "⇊",
  "NOT COMPUTABLE": "-",
  "RATE OUT OF RANGE": "⇕",
};

/** Responds with the properties that the path lists, or with all. */
export async function respondProperties({ source, nowMs, units, rest }: ReadContext): Promise<Response> {
  const entries = await readRecent(source, nowMs);
  const [newest] = entries;
  if (!newest || nowMs - newest.mills > MAX_AGE_MS) return json({});
  const buckets = fillBuckets(entries);
  const delta = deltaOf(buckets, units);
  const properties = {
    bgnow: buckets[0],
    ...(delta && { delta }),
    direction: directionOf(newest.direction),
  };
  const wanted = rest.split(/,|%2C/i);
  return json(
    rest === "" ? properties : Object.fromEntries(Object.entries(properties).filter(([name]) => wanted.includes(name))),
  );
}

function directionOf(value: NightscoutDirection): object {
  const label = LABELS[value];
  return { display: null, value, label, entity: `&#${label.charCodeAt(0)};` };
}
