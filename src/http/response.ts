import type { Clock } from "../clock.ts";
import { RateLimitError, ServerError, type ErrorDetails } from "../errors.ts";
import { faultToError, type DetailsOf } from "../wire/faults.ts";
import { hasIdForm } from "../wire/ids.ts";
import type { OnStop } from "./deadline.ts";
import type { Operation } from "./operation.ts";
import { parseRetryAfter } from "./retry.ts";

/** Upper bound for a response. A day of readings is 35 KB. */
const MAX_RESPONSE_BYTES = 1_048_576;

const DECODER: InstanceType<typeof TextDecoder> = /* @__PURE__ */ new TextDecoder();

/** Reads the body as text; `undefined` if it is larger than `MAX_RESPONSE_BYTES`. */
export async function readBody(response: Response, signal: AbortSignal, onStop: OnStop): Promise<string | undefined> {
  // React Native has no streams.
  if (!response.body) return response.text();
  const reader = (response.body as ReadableStream<Uint8Array<ArrayBuffer>>).getReader();
  const cancel = (): void => {
    reader.cancel().catch(() => undefined);
  };
  onStop(cancel);
  // The response came after the time-out.
  if (signal.aborted) cancel();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (let bytes = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return chunks.length === 1 ? DECODER.decode(chunks[0]) : join(chunks);
    bytes += value.byteLength;
    if (bytes > MAX_RESPONSE_BYTES) {
      cancel();
      return undefined;
    }
    chunks.push(value);
  }
}

/**
 * Decodes chunks. Not through a Blob: browsers read it in another process, and a virtual clock would run on meanwhile.
 */
function join(chunks: readonly Uint8Array<ArrayBuffer>[]): string {
  const decoder = new TextDecoder();
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join("") + decoder.decode();
}

/** State of the client that reading a response needs. */
export interface ResponseContext {
  readonly attempts: number;
  readonly clock: Clock;
  /** Tells if a text reveals a secret of the client. */
  readonly isSecret: (text: string) => boolean;
}

/**
 * Makes the result of a response, or throws the error that it stands for. The body decides, then the status: wrong
 * passwords, expired sessions and bad arguments all have HTTP 500, and a fault can come with 200.
 */
export function readResponse<T>(
  response: Response,
  text: string | undefined,
  {
    operation,
    context,
  }: { readonly operation: Pick<Operation<T>, "read" | "faultOf" | "parse">; readonly context: ResponseContext },
): T {
  const value = text === undefined ? undefined : (operation.read ?? parseJson)(text);
  const details: DetailsOf = (isRefusal) => describe(response, value, { ...context, isRefusal });
  const fault = (operation.faultOf ?? faultToError)(value, details, response.status);
  if (response.status === 429 && (!fault || fault.code === "UNKNOWN_FAULT")) {
    throw new RateLimitError("RATE_LIMITED", "Too many requests", details());
  }
  if (fault) throw fault;
  // A redirect is an error. If a runtime has followed it, the secrets have gone to another host.
  if (!response.ok || response.redirected || text === undefined) {
    throw new ServerError("UNEXPECTED_RESPONSE", "Unexpected server response", details());
  }
  if (value === undefined) {
    throw new ServerError("INVALID_JSON", "Invalid or malformed JSON in server response", details());
  }
  return operation.parse(value, details, response.headers);
}

/** Parses JSON; `undefined` if the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's error quotes the text, so it is dropped.
    return undefined;
  }
}

/** Collects what an error may tell of a response. A trace id or code that repeats a secret is left out. */
function describe(
  { status, headers }: Response,
  value: unknown,
  { attempts, clock, isSecret, isRefusal }: ResponseContext & { readonly isRefusal: boolean | undefined },
): ErrorDetails {
  const { Code: code } = Object(value) as { readonly Code?: unknown };
  // Any other response may come from a proxy, whose header must not silence the client.
  const isHeeded = isRefusal || status === 429 || status === 503;
  const traceId = headers.get("x-trace-id");
  return {
    // An opaque redirect has the status 0.
    status: status || undefined,
    serverCode: typeof code === "string" && /^[A-Za-z_]{1,60}$/.test(code) && !isSecret(code) ? code : undefined,
    traceId: hasIdForm(traceId) && !isSecret(traceId) ? traceId : undefined,
    attempts,
    retryAfterMs: isHeeded ? parseRetryAfter(headers, clock.now()) : undefined,
  };
}
