import type { Exchange } from "../http/exchange.ts";
import { pageReply } from "../http/page-reply.ts";
import type { Reply } from "../http/reply.ts";
import { pageHtml } from "../page/document.ts";
import { readPreferences } from "../page/preferences.ts";
import { viewHtml } from "../page/view.ts";

/** `GET /`: the page. */
export async function page(exchange: Exchange): Promise<Reply> {
  const preferences = readPreferences(exchange);
  await exchange.hub.use();
  return pageReply((nonce) => pageHtml(exchange, preferences, nonce));
}

/** `GET /view`: the part of the page that changes with each reading. */
export async function view(exchange: Exchange): Promise<Reply> {
  const preferences = readPreferences(exchange);
  await exchange.hub.use();
  return { type: "text/html; charset=utf-8", body: await viewHtml(exchange, preferences) };
}
