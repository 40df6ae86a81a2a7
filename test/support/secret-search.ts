import { inspect } from "node:util";
import { PASSWORD, SESSION_PREFIX } from "../faults/faulty-service.ts";

const base64 = (text: string): string =>
  btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));

/** The secrets as they look in texts, in URLs, in JSON, in JSON within JSON and in base64: enough of each to know it by. */
const NEEDLES: readonly string[] = [
  "canary",
  SESSION_PREFIX,
  PASSWORD,
  encodeURIComponent(PASSWORD),
  JSON.stringify(PASSWORD).slice(1, -1),
  JSON.stringify(JSON.stringify(PASSWORD)).slice(1, -1),
  inspect(PASSWORD).slice(1, -1),
  base64(PASSWORD).slice(0, 12),
  base64(SESSION_PREFIX).slice(0, 10),
].map((needle) => needle.toLowerCase());

/** The place in `text` where a secret shows, with what stands around it. */
export function findSecret(text: string): string | undefined {
  const lower = text.toLowerCase();
  const at = NEEDLES.map((needle) => lower.indexOf(needle)).find((index) => index >= 0);
  return at === undefined ? undefined : text.slice(Math.max(0, at - 60), at + 60);
}
