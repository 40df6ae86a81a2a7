import { assertArgument } from "../validate.ts";

/** Hosts that are sure to be the machine itself: Node asks DNS for `share.localhost`. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Hosts of a local network: private and link-local addresses, and names of multicast DNS. */
const LOCAL_NETWORK =
  /^(10(\.\d+){3}|192\.168(\.\d+){2}|172\.(1[6-9]|2\d|3[01])(\.\d+){2}|169\.254(\.\d+){2}|\[f[de][\da-f]*:.*\]|[a-z\d-]+\.local)$/;

/**
 * Returns an origin and its path, without a slash at the end.
 *
 * @param options.allowLocalHttp Allows http to hosts of the local network, too.
 * @throws {ArgumentError} If `value` is not an address of https, or of http on loopback, or if it has credentials, a
 * query or a fragment. The message does not repeat it.
 */
export function checkBaseUrl(
  name: string,
  value: string | URL,
  { allowLocalHttp = false }: { readonly allowLocalHttp?: boolean } = {},
): string {
  const text = typeof value === "string" ? value : ((value as URL | null)?.href ?? "");
  // Asked first, because the parser's own error repeats the value.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isNear = (host: string): boolean => LOOPBACK.test(host) || (allowLocalHttp && LOCAL_NETWORK.test(host));
  const isLocal = url?.protocol === "http:" && isNear(url.hostname);
  assertArgument(
    url !== undefined &&
      (isLocal || url.protocol === "https:") &&
      !(url.username || url.password || url.search || url.hash),
    `${name} must be https (or http on loopback${allowLocalHttp ? " or in the local network" : ""}), without credentials, query or fragment`,
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
