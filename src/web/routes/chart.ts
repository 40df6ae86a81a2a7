import { chartSvg } from "../../chart/chart-svg.ts";
import { wearerOf, type Exchange } from "../http/exchange.ts";
import type { Reply } from "../http/reply.ts";
import { historyOf, maxHoursOf, secondsUntilDue } from "./history.ts";

/** Longest timeline that the chart draws. */
const MAX_TIMELINE_HOURS = 336;

/** `GET /chart.svg?hours=&width=&height=&theme=&unit=&view=`: the picture of the last hours. */
export async function chart(exchange: Exchange): Promise<Reply> {
  const { hub, parameters, options } = exchange;
  const watched = wearerOf(exchange);
  const view = parameters.choice("view", ["timeline", "profile"], "timeline");
  const maxHours = Math.min(maxHoursOf(watched), view === "profile" ? Infinity : MAX_TIMELINE_HOURS);
  const hours = parameters.integer("hours", { min: 1, max: maxHours, fallback: 24 });
  const chartOptions = {
    view,
    width: parameters.integer("width", { min: 160, max: 4096, fallback: 800 }),
    height: parameters.integer("height", { min: 90, max: 4096, fallback: 300 }),
    theme: parameters.choice("theme", ["light", "dark", "e-ink"], "light"),
    unit: parameters.unit(options.unit),
    band: options.band,
  };
  await hub.use();
  const points = await historyOf(watched, hours * 60);
  return {
    type: "image/svg+xml",
    body: chartSvg(points, { ...chartOptions, hours: Math.min(hours, MAX_TIMELINE_HOURS), now: watched.wearer.now() }),
    maxAgeSeconds: secondsUntilDue(watched),
    ...(!watched.wearer.hasSucceeded && { status: 503 }),
  };
}
