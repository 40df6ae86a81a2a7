import { randomBytes } from "node:crypto";
import { bearer } from "../../web/access/bearer.ts";
import type { WebHandlerOptions } from "../../web/options.ts";
import type { Io } from "../io.ts";

const LOOPBACK = ["127.0.0.1", "::1", "localhost"];

interface Place {
  /** Address to listen on. */
  readonly host: string;
  /** Address at which a proxy shows the page. */
  readonly publicUrl?: URL | undefined;
}

interface PageAccess {
  readonly options: Pick<WebHandlerOptions, "authorize" | "public" | "hosts" | "isSecure">;
  /** Token that was made because none was given; it is shown once. */
  readonly madeToken?: string;
}

/**
 * Decides who may see the page. On loopback it is everybody on this machine, unless a token is given. Elsewhere, and
 * behind a proxy, it is whoever knows the token.
 */
export function accessFor({ host, publicUrl }: Place, env: Io["env"]): PageAccess {
  const isLoopback = LOOPBACK.includes(host);
  const options = {
    hosts: hostsFor({ host, publicUrl }),
    // Only the option decides. Anybody can send an `X-Forwarded-Proto` header.
    isSecure: publicUrl && (() => publicUrl.protocol === "https:"),
  };
  const given = env["DEXCOM_WEB_TOKEN"] || undefined;
  if (given !== undefined) return { options: { authorize: bearer(given), ...options } };
  if (isLoopback && publicUrl === undefined) return { options: { public: true, ...options } };
  const madeToken = randomBytes(16).toString("hex");
  return { options: { authorize: bearer(madeToken), ...options }, madeToken };
}

/** Names that a page of a stranger can't have for its own. On a network this machine may have any name. */
function hostsFor({ host, publicUrl }: Place): readonly string[] | undefined {
  const isLoopback = LOOPBACK.includes(host);
  if (!isLoopback && publicUrl === undefined) return undefined;
  const own = isLoopback ? [] : [host.includes(":") ? `[${host}]` : host];
  return ["127.0.0.1", "[::1]", "localhost", ...own, ...(publicUrl ? [publicUrl.hostname] : [])];
}
