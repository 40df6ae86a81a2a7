import type { Clock } from "./clock.ts";
import { within } from "./deadline.ts";
import { DexcomError, NetworkError, RateLimitError, ServerError, TimeoutError, type ErrorDetails } from "./errors.ts";
import type { Emit } from "./events.ts";
import { mayRetry, parseRetryAfter, retryDelayMs, type RetryPolicy } from "./retry.ts";
import { faultToError } from "./wire/faults.ts";
import { hasIdForm } from "./wire/ids.ts";

/** One operation of the service, as it is sent. */
export interface Operation<T> {
  /** Below `/ShareWebServices/Services/`, such as `"General/LoginPublisherAccountById"`. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Makes of the JSON value what the operation answers, or throws what `details` complete. */
  readonly parse: (value: unknown, details: ErrorDetails) => T;
  /**
   * There where the body holds the password, and called before each attempt: what it throws ends the call. Such an
   * operation is also sent again more carefully.
   */
  readonly beforePost?: () => void;
}

/** Until when, and for how long the caller still wants it. */
export interface CallLimit {
  readonly endsAt: number;
  readonly signal: AbortSignal;
}

export interface TransportOptions {
  /** Ends in `/ShareWebServices/Services/`. */
  readonly servicesUrl: string;
  readonly fetch: typeof fetch | undefined;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  readonly emit: Emit;
}

/** A time before which the service wants no request. */
interface Quiet {
  readonly until: number;
  readonly failure: ServerError;
  /** Whether a call has ended over it; otherwise one is waiting it out. */
  readonly endsCall: boolean;
}

/** A day of readings is 35 KB; more than this is none, and is not read. */
const MAX_ANSWER_BYTES = 1_048_576;

/** Sends operations one at a time, again where that may help, and gives back what the answer's body means. */
export class Transport {
  readonly #options: TransportOptions;
  /** What the service last said about when it wants the next request. */
  #quiet: Quiet | undefined;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** The fetch function of this moment: a polyfill or a test may replace the global one at any time. */
  get fetch(): typeof fetch {
    return this.#options.fetch ?? globalThis.fetch;
  }

  /**
   * What the operation answered.
   *
   * @throws {DexcomError} of the class that the answer stands for, or the reason of `limit.signal` itself.
   */
  async send<T>(operation: Operation<T>, limit: CallLimit): Promise<T> {
    const { clock, retry, emit } = this.#options;
    for (let attempt = 1; ; attempt++) {
      await this.#waitUntilOpen(limit, attempt);
      operation.beforePost?.();
      let failure: DexcomError;
      try {
        return await this.#attempt(operation, limit.signal, attempt);
      } catch (error) {
        if (limit.signal.aborted || !(error instanceof DexcomError)) throw error;
        failure = error;
      }
      const delayMs = retryDelayMs(retry, attempt, failure);
      const isLast = !mayRetry(retry, attempt, failure, operation.beforePost !== undefined) || clock.now() + delayMs >= limit.endsAt;
      this.#heed(failure, isLast);
      if (isLast) throw failure;
      emit({ type: "retry", operation: operation.path, attempt, delayMs, error: failure });
      await clock.sleep(delayMs, limit.signal);
    }
  }

  /** Notes when the service wants the next request. */
  #heed(failure: DexcomError, endsCall: boolean): void {
    if (!(failure instanceof ServerError) || failure.retryAfterMs === undefined) return;
    const until = this.#options.clock.now() + failure.retryAfterMs;
    if (until >= (this.#quiet?.until ?? 0)) this.#quiet = { until, failure, endsCall };
  }

  /** Never earlier than told: waits where another call is waiting too, fails at once where a call has ended over it. */
  async #waitUntilOpen(limit: CallLimit, attempt: number): Promise<void> {
    const { clock } = this.#options;
    for (let quiet = this.#quiet; quiet; quiet = this.#quiet) {
      const left = quiet.until - clock.now();
      if (left <= 0) {
        this.#quiet = undefined;
      } else if (quiet.endsCall || quiet.until >= limit.endsAt) {
        const { code, message, status, traceId } = quiet.failure;
        const Failure = quiet.failure instanceof RateLimitError ? RateLimitError : ServerError;
        throw new Failure(code, message, { status, traceId, attempts: attempt - 1, retryAfterMs: left });
      } else {
        await clock.sleep(left, limit.signal);
      }
    }
  }

  #attempt<T>(operation: Operation<T>, callSignal: AbortSignal, attempts: number): Promise<T> {
    const { clock, timeoutMs, servicesUrl } = this.#options;
    const limit = {
      clock,
      ms: timeoutMs,
      signal: callSignal,
      timedOut: () => new TimeoutError("ATTEMPT_TIMED_OUT", `No answer within ${String(timeoutMs)} ms`, { attempts }),
    };
    return within(limit, async (signal) => {
      let response: Response;
      let text: string | undefined;
      try {
        // Not called as a method: browsers and Workers refuse a fetch that is bound to something else.
        const send = this.fetch;
        response = await send(servicesUrl + operation.path, {
          method: "POST",
          headers: { "Content-Type": "application/json", Accept: "application/json" },
          body: JSON.stringify(operation.body),
          redirect: "manual",
          signal,
        });
        text = await readText(response, signal);
      } catch (cause) {
        throw new NetworkError("NETWORK_FAILED", "No answer from the service", { attempts, cause: rebuilt(cause) });
      }
      return readAnswer(response, text, operation, { attempts, now: clock.now() });
    });
  }
}

/** The body, or `undefined` where it is larger than any answer can be. */
async function readText(response: Response, signal: AbortSignal): Promise<string | undefined> {
  // React Native gives no stream.
  if (!response.body) return response.text();
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const cancel = (): void => {
    reader.cancel().catch(() => undefined);
  };
  // Aborts in any case, also when the attempt is done: what is left unread then is not left open.
  if (signal.aborted) cancel();
  signal.addEventListener("abort", cancel);
  const decoder = new TextDecoder();
  let text = "";
  for (let bytes = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > MAX_ANSWER_BYTES) return undefined;
    text += decoder.decode(value, { stream: true });
  }
}

/** The body decides, then the status: wrong passwords, dead sessions and bad arguments are all HTTP 500, or even 200. */
function readAnswer<T>(
  response: Response,
  text: string | undefined,
  operation: Operation<T>,
  { attempts, now }: { attempts: number; now: number },
): T {
  const { status, headers } = response;
  const value = text === undefined ? undefined : parseJson(text);
  // What was sent is looked for in what came back: a trace id or a code that repeats a secret is not shown.
  const secrets = Object.values(operation.body);
  const shown = (candidate: unknown, hasForm: boolean): string | undefined =>
    hasForm && !secrets.includes(candidate) ? (candidate as string) : undefined;
  const serverCode = (value as { Code?: unknown } | null | undefined)?.Code;
  const traceId = headers.get("x-trace-id");
  const details: ErrorDetails = {
    status: status || undefined,
    serverCode: shown(serverCode, typeof serverCode === "string" && /^[A-Za-z_]{1,60}$/.test(serverCode)),
    traceId: shown(traceId, hasIdForm(traceId)),
    attempts,
    retryAfterMs: response.ok ? undefined : parseRetryAfter(headers, now),
  };
  const fault = faultToError(value, details);
  if (status === 429 && (!fault || fault.code === "UNKNOWN_FAULT")) {
    throw new RateLimitError("RATE_LIMITED", "Too many requests", details);
  }
  if (fault) throw fault;
  if (!response.ok || response.redirected || text === undefined) {
    throw new ServerError("UNEXPECTED_RESPONSE", "Unexpected server response", details);
  }
  if (value === undefined) {
    throw new ServerError("INVALID_JSON", "Invalid or malformed JSON in server response", details);
  }
  return operation.parse(value, details);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text.
    return undefined;
  }
}

/** What a runtime calls its own failures, such as `ECONNREFUSED`; no digits, so that no id has this form. */
const FAILURE_NAME = /^[A-Z][A-Za-z_]{1,40}$/;

/** A cause made anew of names alone: some runtimes put the URL, or what was sent, into their errors. */
function rebuilt(cause: unknown): Error {
  const names: string[] = [];
  for (let error = cause, depth = 0; error instanceof Error && depth < 4; error = error.cause, depth++) {
    const { name, code } = error as Error & { code?: unknown };
    for (const word of [name, code]) {
      if (typeof word === "string" && FAILURE_NAME.test(word) && !names.includes(word)) names.push(word);
    }
  }
  return new Error(names.join(" ") || "unknown");
}
