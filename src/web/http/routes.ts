import { chart } from "../routes/chart.ts";
import { current } from "../routes/current.ts";
import { events } from "../routes/events.ts";
import { readings } from "../routes/readings.ts";
import { statistics } from "../routes/statistics.ts";
import type { Route } from "./exchange.ts";

interface RouteEntry {
  readonly methods: readonly string[];
  readonly route: Route;
}

const READ = ["GET", "HEAD"];

/** Routes by path. A Map, because a path such as `/toString` must not find anything. */
export const ROUTES: ReadonlyMap<string, RouteEntry> = /* @__PURE__ */ new Map<string, RouteEntry>([
  ["/api/current", { methods: READ, route: current }],
  ["/api/readings", { methods: READ, route: readings }],
  ["/api/statistics", { methods: READ, route: statistics }],
  ["/events", { methods: READ, route: events }],
  ["/chart.svg", { methods: READ, route: chart }],
]);
