import { assertArgument } from "../validate.ts";

/** Hosts that are sure to be the machine itself: Node asks DNS for `share.localhost`. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Returns an origin and its path, without a slash at the end.
 *
 * @throws {ArgumentError} If `value` is not an address of https, or of http on loopback, or if it has credentials, a
 * query or a fragment. The message does not repeat it.
 */
export function checkBaseUrl(name: string, value: string | URL): string {
  const text = typeof value === "string" ? value : ((value as URL | null)?.href ?? "");
  // Asked first, because the parser's own error repeats the value.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = url?.protocol === "http:" && LOOPBACK.test(url.hostname);
  assertArgument(
    url !== undefined &&
      (isLocal || url.protocol === "https:") &&
      !(url.username || url.password || url.search || url.hash),
    `${name} must be https (or http on loopback), without credentials, query or fragment`,
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
