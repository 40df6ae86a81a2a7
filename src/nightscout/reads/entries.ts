import { parseHttpDate } from "../../http/retry.ts";
import type { NightscoutEntry } from "../entry.ts";
import type { ReadContext } from "./context.ts";
import { parseQuery, type EntriesQuery } from "./query.ts";
import { reply } from "./reply.ts";
import { readBackwards, readRecent, readWindow, type NightscoutSource, type ServedEntry } from "./served-entry.ts";

/** Media types of entries. The first is for clients that take any, such as curl. */
const TYPES = {
  tsv: "text/tab-separated-values",
  csv: "text/csv",
  json: "application/json",
} as const;

type Form = keyof typeof TYPES;

/** Responds with the entries that the query selects, newest first. */
export async function respondEntries({ request, url, source, nowMs, extension }: ReadContext): Promise<Response> {
  const query = parseQuery(url.searchParams);
  return respondWith(await selectEntries(source, query, nowMs), formOf(request, extension), request);
}

/** Responds with the newest entry, in a list. */
export async function respondCurrent({ request, source, nowMs, extension }: ReadContext): Promise<Response> {
  return respondWith((await readRecent(source, nowMs)).slice(0, 1), formOf(request, extension), request);
}

async function selectEntries(
  source: NightscoutSource,
  { fromMs, toMs, count, isWanted }: EntriesQuery,
  nowMs: number,
): Promise<ServedEntry[]> {
  if (fromMs === undefined && toMs !== undefined) return readBackwards(source, toMs, { count, isWanted });
  const entries = fromMs === undefined ? await readRecent(source, nowMs) : await readWindow(source, fromMs, toMs);
  return entries.filter(isWanted).slice(0, count);
}

/** Chooses the form by the extension, then by `Accept`. A client that names no form gets TSV. */
function formOf({ headers }: Request, extension: string): Form {
  if (extension !== "") return extension === "txt" ? "tsv" : (extension as Form);
  for (const range of acceptedRanges(headers.get("accept") ?? "")) {
    if (range === "text/csv") return "csv";
    if (range === "application/json" || range === "application/*") return "json";
    if (range.startsWith("text/") || range === "*/*") return "tsv";
  }
  return "tsv";
}

/** Reads the media ranges of `Accept`, preferred ones first. */
function acceptedRanges(accept: string): string[] {
  const ranges = accept.split(",").map((range) => {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
    return { type, quality: quality === undefined ? 1 : Number(quality) };
  });
  const wanted = ranges.filter(({ quality }) => quality > 0).sort((a, b) => b.quality - a.quality);
  return wanted.map(({ type }) => type);
}

function respondWith(entries: readonly ServedEntry[], form: Form, request: Request): Response {
  const headers = entries[0] && { "last-modified": new Date(entries[0].date).toUTCString() };
  const since = parseHttpDate(request.headers.get("if-modified-since"));
  if (since !== undefined && headers && Date.parse(headers["last-modified"]) <= since) {
    return new Response(null, { status: 304, headers: { ...headers, "cache-control": "private, no-cache" } });
  }
  const body = form === "json" ? JSON.stringify(entries) : table(entries, form === "csv" ? "," : "\t");
  return reply(body, { type: TYPES[form], ...(headers && { headers }) });
}

function table(entries: readonly NightscoutEntry[], separator: string): string {
  return entries
    .map(({ dateString, date, sgv, direction, device }) =>
      [dateString, date, sgv, direction, device].map((value) => JSON.stringify(value)).join(separator),
    )
    .join("\n");
}
