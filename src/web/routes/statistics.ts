import { summarize } from "../../statistics/summarize.ts";
import { wearerOf, type Exchange } from "../http/exchange.ts";
import { jsonReply, type Reply } from "../http/reply.ts";
import { historyOf, maxHoursOf, secondsUntilDue } from "./history.ts";

/** `GET /api/statistics?hours=`: the summary of the last hours, as `dexcom-share-ts/statistics` makes it. */
export async function statistics(exchange: Exchange): Promise<Reply> {
  const { hub, parameters } = exchange;
  const watched = wearerOf(exchange);
  const hours = parameters.integer("hours", { min: 1, max: maxHoursOf(watched), fallback: 24 });
  await hub.use();
  const summary = summarize(await historyOf(watched, hours * 60));
  return jsonReply(summary, {
    maxAgeSeconds: secondsUntilDue(watched),
    ...(!watched.wearer.hasSucceeded && { status: 503 }),
  });
}
