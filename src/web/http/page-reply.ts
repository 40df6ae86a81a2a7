import { toHex } from "../hex.ts";
import type { Reply } from "./reply.ts";

/** Makes the reply of an HTML page, whose style and script run by a nonce of this response alone. */
export async function pageReply(
  write: (nonce: string) => string | Promise<string>,
  more: Partial<Reply> = {},
): Promise<Reply> {
  const nonce = toHex(crypto.getRandomValues(new Uint8Array(16)));
  return {
    type: "text/html; charset=utf-8",
    body: await write(nonce),
    policy: `script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; img-src data:; form-action 'self'`,
    ...more,
  };
}
