import type { Clock } from "../clock.ts";
import type { OnStop } from "./deadline.ts";
import { RateLimitError, ServerError, type ErrorDetails } from "../errors.ts";
import { parseRetryAfter, type RetryPolicy } from "./retry.ts";
import { faultToError } from "../wire/faults.ts";
import { hasIdForm } from "../wire/ids.ts";

/** One operation of the service: what is sent, and what to make of the answer. */
export interface Operation<T> {
  /** Below `/ShareWebServices/Services/`, such as `"General/LoginPublisherAccountById"`. */
  readonly path: string;
  /** The arguments, sent as JSON by POST, and kept out of errors; without them the request is a GET. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** Sends the request where it has another form, by the transport's own `fetch`. @default that one as it is */
  readonly fetch?: typeof fetch | undefined;
  /** Makes a value of the answer's text, where that may be other than JSON; `undefined` where it can't. */
  readonly read?: ((text: string) => unknown) | undefined;
  /** When it is sent again. @default as the transport's options say */
  readonly retry?: RetryPolicy | undefined;
  /** Makes of the JSON value what the operation answers; an error that it throws is completed by `details`. */
  readonly parse: (value: unknown, details: () => ErrorDetails, headers: Headers) => T;
  /**
   * There where the body holds the password, and called before each attempt: what it throws ends the call. Such an
   * operation is also sent again more carefully.
   */
  readonly beforePost?: () => void;
}

/** A day of readings is 35 KB; more than this is none, and is not read. */
const MAX_ANSWER_BYTES = 1_048_576;

const DECODER: InstanceType<typeof TextDecoder> = /* @__PURE__ */ new TextDecoder();

/** The body as text; `undefined` where it is larger than any answer can be. */
export async function readBody(response: Response, signal: AbortSignal, onStop: OnStop): Promise<string | undefined> {
  // React Native gives no stream.
  if (!response.body) return response.text();
  const reader = (response.body as ReadableStream<Uint8Array<ArrayBuffer>>).getReader();
  const cancel = (): void => {
    reader.cancel().catch(() => undefined);
  };
  onStop(cancel);
  // The answer came after its time was up.
  if (signal.aborted) cancel();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (let bytes = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return chunks.length === 1 ? DECODER.decode(chunks[0]) : join(chunks);
    bytes += value.byteLength;
    if (bytes > MAX_ANSWER_BYTES) {
      cancel();
      return undefined;
    }
    chunks.push(value);
  }
}

/** Not by a Blob: browsers read those in another process, and until that answers a virtual clock runs on. */
function join(chunks: readonly Uint8Array<ArrayBuffer>[]): string {
  const decoder = new TextDecoder();
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join("") + decoder.decode();
}

/** The body decides, then the status: wrong passwords, dead sessions and bad arguments are all HTTP 500, or even 200. */
export function readAnswer<T>(
  response: Response,
  text: string | undefined,
  operation: Operation<T>,
  attempts: number,
  clock: Clock,
): T {
  const value = text === undefined ? undefined : (operation.read ?? parseJson)(text);
  const details = (): ErrorDetails => describe(response, value, operation.body, attempts, clock);
  const fault = faultToError(value, details);
  if (response.status === 429 && (!fault || fault.code === "UNKNOWN_FAULT")) {
    throw new RateLimitError("RATE_LIMITED", "Too many requests", details());
  }
  if (fault) throw fault;
  // A redirect is not ok, and one that was followed all the same has taken the secrets elsewhere.
  if (!response.ok || response.redirected || text === undefined) {
    throw new ServerError("UNEXPECTED_RESPONSE", "Unexpected server response", details());
  }
  if (value === undefined) {
    throw new ServerError("INVALID_JSON", "Invalid or malformed JSON in server response", details());
  }
  return operation.parse(value, details, response.headers);
}

/** The value of a JSON text; `undefined` where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text.
    return undefined;
  }
}

/** What an error may tell of an answer. A trace id or a code that repeats something that was sent is kept back. */
function describe(
  { status, ok, headers }: Response,
  value: unknown,
  sent: Operation<unknown>["body"],
  attempts: number,
  clock: Clock,
): ErrorDetails {
  // In one case: the service takes ids in capitals too.
  const secrets = JSON.stringify(sent ?? "").toLowerCase();
  const shown = (candidate: unknown, isGood: (text: string) => boolean): string | undefined =>
    typeof candidate === "string" && isGood(candidate) && !secrets.includes(candidate.toLowerCase())
      ? candidate
      : undefined;
  return {
    // An opaque redirect has 0 for a status.
    status: status || undefined,
    serverCode: shown((value as { Code?: unknown } | null | undefined)?.Code, (code) => /^[A-Za-z_]{1,60}$/.test(code)),
    traceId: shown(headers.get("x-trace-id"), hasIdForm),
    attempts,
    retryAfterMs: ok ? undefined : parseRetryAfter(headers, clock.now()),
  };
}
