import { changeAlarm } from "../routes/alarms.ts";
import { chart } from "../routes/chart.ts";
import { current } from "../routes/current.ts";
import { events } from "../routes/events.ts";
import { logIn, loginPage } from "../routes/login.ts";
import { metrics } from "../routes/metrics.ts";
import { page, view } from "../routes/page.ts";
import { readings } from "../routes/readings.ts";
import { statistics } from "../routes/statistics.ts";
import type { Attempts } from "../access/attempts.ts";
import type { BearerAccess } from "../access/bearer.ts";
import type { Route } from "./exchange.ts";

/** Methods and code of a path. */
export interface RouteEntry {
  readonly methods: readonly string[];
  readonly route: Route;
  /** `true` if it needs no authorisation. */
  readonly isOpen?: true;
}

const READ = ["GET", "HEAD"];

/** Routes by path. A Map, because a path such as `/toString` must not find anything. */
export const ROUTES: ReadonlyMap<string, RouteEntry> = /* @__PURE__ */ new Map<string, RouteEntry>([
  ["/", { methods: READ, route: page }],
  ["/view", { methods: READ, route: view }],
  ["/alarms", { methods: ["POST"], route: changeAlarm }],
  ["/api/current", { methods: READ, route: current }],
  ["/api/readings", { methods: READ, route: readings }],
  ["/api/statistics", { methods: READ, route: statistics }],
  ["/events", { methods: READ, route: events }],
  ["/metrics", { methods: READ, route: metrics }],
  ["/chart.svg", { methods: READ, route: chart }],
]);

/** Adds the form that takes the token. */
export function withLogin(access: BearerAccess, attempts: Attempts): ReadonlyMap<string, RouteEntry> {
  const route: Route = (exchange) =>
    exchange.request.method === "POST" ? logIn(exchange, access, attempts) : loginPage(exchange.options.basePath);
  return new Map([...ROUTES, ["/login", { methods: [...READ, "POST"], route, isOpen: true }]]);
}
