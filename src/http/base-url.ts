import { assertArgument } from "../validate.ts";

/** Hosts that may be reached without TLS. */
export interface HttpHosts {
  readonly pattern: RegExp;
  /** Name of their place, for messages. */
  readonly place: string;
}

/** Hosts that are sure to be the machine itself: Node asks DNS for `share.localhost`. */
const ON_LOOPBACK: HttpHosts = { pattern: /^(localhost|127(\.\d+){3}|\[::1\])$/, place: "on loopback" };

/**
 * Returns an origin and its path, without a slash at the end.
 *
 * @throws {ArgumentError} If `value` is not an address of https, or of http at one of `httpHosts`, or if it has
 * credentials, a query or a fragment. The message does not repeat it.
 */
export function checkBaseUrl(name: string, value: string | URL, httpHosts: HttpHosts = ON_LOOPBACK): string {
  let url: URL | undefined;
  try {
    url = new URL(value);
  } catch {
    // The parser's own error repeats the value.
  }
  const isNear = url?.protocol === "http:" && httpHosts.pattern.test(url.hostname);
  assertArgument(
    url !== undefined &&
      (isNear || url.protocol === "https:") &&
      !(url.username || url.password || url.search || url.hash),
    `${name} must be https (or http ${httpHosts.place}), without credentials, query or fragment`,
  );
  // Not `href`: that keeps the mark of an empty query or fragment.
  return url.origin + withoutEndingSlashes(url.pathname);
}

/** Not by `/\/+$/`, whose time is quadratic for a path of many slashes. */
function withoutEndingSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === "/") end--;
  return path.slice(0, end);
}
