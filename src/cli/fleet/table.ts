import type { FleetCounts, FleetStats } from "../../fleet/stats.ts";

/** Draws the figures of a fleet, a line each. */
export function fleetTable(stats: FleetStats, minutes: number): string[] {
  const { accounts, due, late, parked, total, recent } = stats;
  const perMinute = (count: number): string => (minutes > 0 ? (count / minutes).toFixed(1) : "-");
  const rows: readonly (readonly [name: string, figure: string | number])[] = [
    ["accounts", accounts],
    ["due", due],
    ["late", late],
    ["parked", parked],
    ["readings", `${total.readings} (${perMinute(total.readings)} a minute)`],
    ["requests", `${total.requests} (${perMinute(total.requests)} a minute)`],
    ["requests per reading", total.requestsPerReading?.toFixed(2) ?? "-"],
    ["logins", total.logins],
    ["responses with 429", total.rateLimited],
    ["poll after its time", latenessOf(recent)],
  ];
  return rows.map(([name, figure]) => `${name.padEnd(22)}${figure}`);
}

function latenessOf({ latenessMs }: FleetCounts): string {
  if (latenessMs === undefined) return "-";
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  return `median ${seconds(latenessMs.median)}, 95 % ${seconds(latenessMs.p95)}`;
}
