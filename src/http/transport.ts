import { readAnswer, readBody, type Operation } from "./response.ts";
import type { Clock } from "../clock.ts";
import { within, type CallLimit } from "./deadline.ts";
import { DexcomError, NetworkError, repeated, SessionError, TimeoutError } from "../errors.ts";
import type { Emit } from "../events.ts";
import { mayRetry, retryDelayMs, type RetryPolicy } from "./retry.ts";

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
  readonly failure: DexcomError;
  /** Whether a call has ended over it; otherwise one is waiting it out. */
  readonly endsCall: boolean;
}

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
      if (this.#quiet) await this.#waitUntilOpen(limit, attempt);
      operation.beforePost?.();
      let failure: DexcomError;
      try {
        return await this.#attempt(operation, limit, attempt);
      } catch (error) {
        if (limit.signal?.aborted || !(error instanceof DexcomError)) throw error;
        failure = error;
      }
      const delayMs = retryDelayMs(retry, attempt, failure);
      const isWorthIt = mayRetry(operation.retry ?? retry, attempt, failure, operation.beforePost !== undefined);
      const isTooLate = clock.now() + delayMs >= limit.endsAt;
      // A dead session is followed by a login, in the same call.
      this.#heed(failure, isTooLate || !(isWorthIt || failure instanceof SessionError));
      if (isTooLate || !isWorthIt) throw failure;
      emit({ type: "retry", operation: operation.path, attempt, delayMs, error: failure });
      await clock.sleep(delayMs, limit.signal);
    }
  }

  /** Notes when the service wants the next request. */
  #heed(failure: DexcomError, endsCall: boolean): void {
    if (failure.retryAfterMs === undefined) return;
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
        throw repeated(quiet.failure, attempt - 1, left);
      } else {
        await clock.sleep(left, limit.signal);
      }
    }
  }

  async #attempt<T>(operation: Operation<T>, limit: CallLimit, attempts: number): Promise<T> {
    const { clock, timeoutMs, servicesUrl } = this.#options;
    const timedOut = (): TimeoutError =>
      new TimeoutError("ATTEMPT_TIMED_OUT", `No answer within ${timeoutMs} ms`, { attempts });
    try {
      return await within(clock, limit, timeoutMs, timedOut, async (signal, onStop) => {
        // Not called as a method: browsers and Workers refuse a fetch that is bound to something else.
        const send = operation.fetch ?? this.fetch;
        const response = await send(servicesUrl + operation.path, {
          method: operation.body ? "POST" : "GET",
          headers: HEADERS,
          // Without a body that is `undefined`, which is none.
          body: JSON.stringify(operation.body),
          redirect: "manual",
          signal,
        });
        const text = await readBody(response, signal, onStop);
        return readAnswer(response, text, operation, attempts, clock);
      });
    } catch (error) {
      if (error instanceof DexcomError || limit.signal?.aborted) throw error;
      throw new NetworkError("NETWORK_FAILED", "No answer from the service", { attempts, cause: rebuilt(error) });
    }
  }
}

const HEADERS = { "Content-Type": "application/json", Accept: "application/json" };

/** What a runtime calls its own failures, such as `ECONNREFUSED`; no digits, so that no id has this form. */
const FAILURE_NAME = /^[A-Z][A-Za-z_]{1,40}$/;

/** A cause made anew of names alone: some runtimes put the URL, or what was sent, into their errors. */
export function rebuilt(cause: unknown): Error {
  const names: string[] = [];
  for (let error = cause, depth = 0; error instanceof Error && depth < 4; error = error.cause, depth++) {
    const { name, code } = error as Error & { code?: unknown };
    for (const word of [name, code]) {
      if (typeof word === "string" && FAILURE_NAME.test(word) && !names.includes(word)) names.push(word);
    }
  }
  return new Error(names.join(" ") || "unknown");
}
