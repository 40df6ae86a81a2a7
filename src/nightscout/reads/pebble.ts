import { deltaOf, fillBuckets } from "./buckets.ts";
import type { ReadContext } from "./context.ts";
import { parseCount } from "./query.ts";
import { json } from "./reply.ts";
import { readRecent } from "./served-entry.ts";
import { scale } from "./units.ts";

/** Responds to watch faces, newest reading first. Figures are text, in mg/dL unless the query says `units=mmol`. */
export async function respondPebble({ url, source, nowMs }: ReadContext): Promise<Response> {
  const isMmol = url.searchParams.get("units") === "mmol";
  const units = isMmol ? "mmol" : "mg/dl";
  const entries = await readRecent(source, nowMs);
  const change = deltaOf(fillBuckets(entries), units)?.scaled ?? 0;
  const bgs = entries.slice(0, parseCount(url.searchParams.get("count"), 1)).map((entry, index) => ({
    sgv: isMmol ? scale(entry.sgv, units).toFixed(1) : String(entry.sgv),
    trend: entry.trend,
    direction: entry.direction,
    datetime: entry.mills,
    ...(index === 0 && { bgdelta: isMmol ? change.toFixed(1) : change }),
  }));
  return json({ status: [{ now: nowMs }], bgs, cals: [] });
}
