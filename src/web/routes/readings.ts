import type { GlucosePoint } from "../../glucose/glucose-point.ts";
import { GlucoseReading } from "../../glucose-reading.ts";
import { wearerOf, type Exchange } from "../http/exchange.ts";
import { jsonReply, type Reply } from "../http/reply.ts";
import { historyOf, maxHoursOf, secondsUntilDue } from "./history.ts";

/** Readings of a day, one every five minutes. */
const DAY_COUNT = 288;

/** `GET /api/readings?minutes=&count=`: readings, newest first. */
export async function readings(exchange: Exchange): Promise<Reply> {
  const { hub, parameters } = exchange;
  const watched = wearerOf(exchange);
  const maxHours = maxHoursOf(watched);
  const minutes = parameters.integer("minutes", { min: 1, max: maxHours * 60, fallback: 1440 });
  const maxCount = (maxHours / 24) * DAY_COUNT;
  const count = parameters.integer("count", { min: 1, max: maxCount, fallback: maxCount });
  await hub.use();
  const points = await historyOf(watched, minutes);
  return jsonReply(
    { now: new Date(hub.now()).toISOString(), readings: points.slice(-count).reverse().map(toReading) },
    { maxAgeSeconds: secondsUntilDue(watched), ...(!watched.wearer.hasSucceeded && { status: 503 }) },
  );
}

/** A row of an archive is not a reading yet. */
function toReading(point: GlucosePoint): GlucoseReading {
  if (point instanceof GlucoseReading) return point;
  const { mgDl, datetime, timezone, trend = 8 } = point;
  return GlucoseReading.fromJSON({ mgDl, datetime, trend, ...(timezone !== undefined && { timezone }) });
}
