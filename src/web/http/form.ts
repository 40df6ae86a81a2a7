import { checkSameOrigin } from "../access/hosts.ts";
import { RequestError } from "./request-error.ts";

/** More than any form of the page has. */
const MAX_BYTES = 4096;

/**
 * Reads a form that a page of this handler has sent.
 *
 * @throws {RequestError} If it comes from another site, is no form, or is too long.
 */
export async function readForm(request: Request, url: URL): Promise<URLSearchParams> {
  checkSameOrigin(request, url);
  const type = request.headers.get("content-type") ?? "";
  if (!type.startsWith("application/x-www-form-urlencoded")) throw new RequestError(415, "The body must be a form");
  return new URLSearchParams(await readText(request));
}

async function readText(request: Request): Promise<string> {
  if (request.body === null) return "";
  const reader = (request.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return text;
    length += value.length;
    if (length > MAX_BYTES) {
      await reader.cancel();
      throw new RequestError(413, "The form is too long");
    }
    text += decoder.decode(value, { stream: true });
  }
}
