import { toHex } from "../hex.ts";

/** Response before the headers that all responses have. */
export interface Reply {
  readonly status?: number | undefined;
  readonly type: string;
  readonly body: string;
  /** Seconds for which a browser may keep it; with 0 it asks each time. */
  readonly maxAgeSeconds?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Part of the content policy after `default-src 'none'`. */
  readonly policy?: string | undefined;
}

export function jsonReply(value: unknown, more: Omit<Reply, "type" | "body"> = {}): Reply {
  return { type: "application/json", body: `${JSON.stringify(value)}\n`, ...more };
}

export function textReply(body: string, more: Omit<Reply, "type" | "body"> = {}): Reply {
  return { type: "text/plain; charset=utf-8", body: `${body}\n`, ...more };
}

/** Headers of every response: it is for this page alone, and no address leaves with it. */
export function securityHeaders(frameAncestors: string, policy = ""): Record<string, string> {
  return {
    "content-security-policy": `default-src 'none'; ${policy}${policy && "; "}base-uri 'none'; frame-ancestors ${frameAncestors}`,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
  };
}

/** Makes the response, with an `ETag` of the body; 304 without a body if the client has it already. */
export async function toResponse(reply: Reply, request: Request, frameAncestors: string): Promise<Response> {
  const { status = 200, type, body, maxAgeSeconds = 0, policy } = reply;
  const headers = new Headers({
    "cache-control": status === 200 ? cacheControl(maxAgeSeconds) : "no-store",
    ...securityHeaders(frameAncestors, policy),
    ...reply.headers,
  });
  if (status === 200) {
    const tag = await makeTag(body);
    headers.set("etag", tag);
    if (isMatch(request.headers.get("if-none-match"), tag)) {
      // The policy stays that of the stored response, whose nonce is in the stored page.
      headers.delete("content-security-policy");
      return new Response(null, { status: 304, headers });
    }
  }
  headers.set("content-type", type);
  return new Response(request.method === "HEAD" ? null : body, { status, headers });
}

function cacheControl(maxAgeSeconds: number): string {
  return maxAgeSeconds > 0 ? `private, max-age=${maxAgeSeconds}` : "private, no-cache";
}

/** A nonce is no content: a page that differs in it alone has not changed. */
async function makeTag(body: string): Promise<string> {
  const content = body.replace(/ nonce="[\w+/=-]*"/g, "");
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(content));
  return `"${toHex(new Uint8Array(digest)).slice(0, 32)}"`;
}

function isMatch(header: string | null, tag: string): boolean {
  if (header === null) return false;
  return header.split(",").some((candidate) => {
    const text = candidate.trim().replace(/^W\//, "");
    return text === "*" || text === tag;
  });
}
