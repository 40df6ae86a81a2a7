import { randomBytes } from "node:crypto";
import { bearer } from "../../web/access/bearer.ts";
import type { WebHandlerOptions } from "../../web/options.ts";
import type { Io } from "../io.ts";

const LOOPBACK = ["127.0.0.1", "::1", "localhost"];

interface PageAccess {
  readonly options: Pick<WebHandlerOptions, "authorize" | "public" | "hosts">;
  /** Token that was made because none was given; it is shown once. */
  readonly madeToken?: string;
}

/**
 * Decides who may see the page. On loopback it is everybody on this machine, unless a token is given. Elsewhere it is
 * whoever knows the token.
 */
export function accessFor(host: string, env: Io["env"]): PageAccess {
  const isLoopback = LOOPBACK.includes(host);
  // A page of a stranger may not reach this machine by a name of its own.
  const hosts = isLoopback ? ["127.0.0.1", "[::1]", "localhost"] : undefined;
  const given = env["DEXCOM_WEB_TOKEN"] || undefined;
  if (given !== undefined) return { options: { authorize: bearer(given), hosts } };
  if (isLoopback) return { options: { public: true, hosts } };
  const madeToken = randomBytes(16).toString("hex");
  return { options: { authorize: bearer(madeToken), hosts }, madeToken };
}
