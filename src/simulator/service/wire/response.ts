import type { RandomStream } from "../../readings/random.ts";

/** Response of the service to one request. */
export interface ServiceResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | Uint8Array;
  /** The fault's `Code`, for the record of requests. */
  readonly code?: string;
}

/** No charset, for success and faults alike (PROTOCOL.md, "Transport"). */
const JSON_TYPE = ["content-type", "application/json"] as const;

/** On responses to logins, faults among them, as recorded. */
export const LOGIN_HEADERS: ServiceResponse["headers"] = [
  ["cache-control", "no-cache, no-store, max-age=0, must-revalidate"],
  ["expires", "0"],
  ["pragma", "no-cache"],
  ["x-frame-options", "DENY"],
  ["x-xss-protection", "0"],
];

/** Headers of every response, as recorded in 2025 (PROTOCOL.md, "Transport"). The clock's `Date` has whole seconds. */
export function commonHeaders(nowMs: number, random: RandomStream): [string, string][] {
  return [
    ["date", new Date(nowMs).toUTCString()],
    ["server", "cloudflare"],
    ["cf-ray", `${random.hex(16)}-SIM`],
    ["cf-cache-status", "DYNAMIC"],
    ["x-trace-id", random.uuid()],
    ["vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"],
    ["x-content-type-options", "nosniff"],
    ["strict-transport-security", "max-age=15780000; includeSubDomains; preload"],
  ];
}

/** Sent in pieces, hence without a length (PROTOCOL.md, "Transport"). */
export function jsonResponse(body: string, status = 200): ServiceResponse {
  return { status, headers: [JSON_TYPE], body };
}

/** Nothing, and status 200: the response to most calls that change something (PROTOCOL.md, "Upload"). */
export function emptyResponse(): ServiceResponse {
  return { status: 200, headers: [JSON_TYPE, ["content-length", "0"]], body: "" };
}

/** An id, with its length: 38 for a bare one (PROTOCOL.md, "Transport"). */
export function idResponse(body: string): ServiceResponse {
  return { status: 200, headers: [JSON_TYPE, ["content-length", String(body.length)], ...LOGIN_HEADERS], body };
}

/** Makes the response in front of the service, if no operation responds. Not on record, hence Spring's usual page. */
export function frontResponse(
  status: number,
  path: string,
  nowMs: number,
  headers: ServiceResponse["headers"] = [],
): ServiceResponse {
  const body = { timestamp: new Date(nowMs).toISOString(), status, error: REASONS[status], path };
  return { status, headers: [JSON_TYPE, ...headers], body: JSON.stringify(body) };
}

/** Makes the page of Cloudflare in an outage. It starts with `<` (PROTOCOL.md, "Responses that are no fault"). */
export function pageResponse(status: number): ServiceResponse {
  const title = `${status} ${REASONS[status] ?? "Unknown"}`;
  return {
    status,
    headers: [["content-type", "text/html; charset=UTF-8"]],
    body: `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`,
  };
}

const REASONS: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  413: "Payload Too Large",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};
