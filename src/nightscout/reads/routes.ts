import type { ReadContext } from "./context.ts";
import { respondCurrent, respondEntries } from "./entries.ts";
import { respondPebble } from "./pebble.ts";
import { respondProperties } from "./properties.ts";
import { respondSgv } from "./sgv-json.ts";
import { respondNothing, respondStatus } from "./status.ts";

type Respond = (context: ReadContext) => Promise<Response>;

/** A path, with its groups `extension` and `rest`, and what responds to it. */
type Route = readonly [path: RegExp, respond: Respond];

const ROUTES: readonly Route[] = [
  [/^\/api\/v1\/entries(?:\/sgv)?(?:\.(?<extension>json|csv|tsv|txt))?$/, respondEntries],
  [/^\/api\/v1\/entries\/current(?:\.(?<extension>json|csv|tsv|txt))?$/, respondCurrent],
  [/^\/api\/v1\/status(?:\.json)?$/, respondStatus],
  [/^\/api\/v2\/properties(?:\/(?<rest>[^/]*))?$/, respondProperties],
  [/^\/pebble$/, respondPebble],
  [/^\/sgv\.json$/, respondSgv],
  [/^\/api\/v1\/(?:treatments|devicestatus|profiles?)(?:\.json)?$/, respondNothing],
];

/** Paths below these belong to Nightscout. `/socket.io` is that of its live connection, which some clients try. */
const OWN = /^\/(?:api\/v[123]|pebble|sgv\.json|socket\.io)(?:\/|$)/;

const VERIFY_AUTH = /^\/api\/v1\/verifyauth$/;

/** Handler of a path: a route, `"verifyauth"`, or `"unknown"` for another path below Nightscout's. */
export type Destination =
  { readonly respond: Respond; readonly extension: string; readonly rest: string } | "verifyauth" | "unknown";

/** Finds what responds to a path; `undefined` if the path is not one of Nightscout's. */
export function findRoute(path: string): Destination | undefined {
  if (VERIFY_AUTH.test(path)) return "verifyauth";
  for (const [pattern, respond] of ROUTES) {
    const match = pattern.exec(path);
    if (match) return { respond, extension: match.groups?.["extension"] ?? "", rest: match.groups?.["rest"] ?? "" };
  }
  return OWN.test(path) ? "unknown" : undefined;
}
