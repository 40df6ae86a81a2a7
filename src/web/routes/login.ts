import type { Attempts } from "../access/attempts.ts";
import type { BearerAccess } from "../access/bearer.ts";
import { checkAttempts } from "../access/gate.ts";
import type { Exchange } from "../http/exchange.ts";
import { readForm } from "../http/form.ts";
import { pageReply } from "../http/page-reply.ts";
import { textReply, type Reply } from "../http/reply.ts";
import { loginHtml } from "../page/login-document.ts";

/** `POST /login`: sets the cookie if the form has the token. */
export async function logIn(
  { request, url, options }: Exchange,
  access: BearerAccess,
  attempts: Attempts,
): Promise<Reply> {
  const { basePath, clock, isSecure } = options;
  const address = options.clientAddress(request);
  checkAttempts(attempts, address);
  const form = await readForm(request, url);
  const isToken = await access.isToken((form.get("token") ?? "").trim());
  // Requests that came at the same time may have used up the attempts.
  checkAttempts(attempts, address);
  if (!isToken) {
    attempts.noteWrong(address);
    return loginPage(basePath, true);
  }
  const cookie = await access.makeCookie({ now: clock.now(), path: basePath || "/", isSecure: isSecure(request) });
  return textReply("", { status: 303, headers: { location: `${basePath}/`, "set-cookie": cookie } });
}

/** Asks for the token, in place of the page. */
export function loginPage(basePath: string, isWrong = false): Promise<Reply> {
  return pageReply((nonce) => loginHtml({ basePath, nonce, isWrong }), { status: 401 });
}
