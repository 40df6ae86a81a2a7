import { RequestError } from "../http/request-error.ts";

/**
 * Turns down a request for another host. A web page of a stranger can make its own name lead to this address (DNS
 * rebinding), but it can't change the name that the browser sends.
 *
 * @param hosts Names without a port. `undefined` accepts every host.
 * @throws {RequestError}
 */
export function checkHost(request: Request, url: URL, hosts: readonly string[] | undefined): void {
  if (hosts === undefined) return;
  const names = [request.headers.get("host"), url.host].filter((name) => name !== null);
  if (names.every((name) => hosts.includes(withoutPort(name)))) return;
  throw new RequestError(421, "This host is not served here");
}

/** @throws {RequestError} If a page of another origin sends the form. */
export function checkSameOrigin(request: Request, url: URL): void {
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  const host = request.headers.get("host") ?? url.host;
  // `Referrer-Policy: no-referrer` makes the origin of a page's own form "null". Plain http has no `Sec-Fetch-Site`.
  const isForeign =
    site !== null ? site !== "same-origin" : ![null, "null"].includes(origin) && hostOf(origin) !== host;
  if (isForeign) throw new RequestError(403, "Forms of other sites are not accepted");
}

function hostOf(origin: string | null): string | undefined {
  return origin !== null && URL.canParse(origin) ? new URL(origin).host : undefined;
}

function withoutPort(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, "");
}

/** Makes the headers that let a page of a listed origin read the response. */
export function corsHeaders(request: Request, origins: readonly string[]): Record<string, string> {
  if (origins.length === 0) return {};
  const origin = request.headers.get("origin");
  if (origin === null || !origins.includes(origin)) return { vary: "Origin" };
  return { vary: "Origin", "access-control-allow-origin": origin, "cross-origin-resource-policy": "cross-origin" };
}

/** Makes the headers of the response to a preflight request, which asks for leave to send the token. */
export function preflightHeaders(): Record<string, string> {
  return {
    "access-control-allow-methods": "GET, HEAD",
    "access-control-allow-headers": "Authorization, Last-Event-ID",
    "access-control-max-age": "600",
  };
}
