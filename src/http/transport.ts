import type { Clock } from "../clock.ts";
import { DexcomError, SessionError, TimeoutError } from "../errors.ts";
import type { Emit } from "../events.ts";
import { remainingMs, within, type CallLimit } from "./deadline.ts";
import { networkError } from "./network-failure.ts";
import type { Operation } from "./operation.ts";
import { readBody, readResponse } from "./response.ts";
import { RetryAfterWindow } from "./retry-after-window.ts";
import { isUndecided, mayRetry, retryDelayMs, type RetryPolicy } from "./retry.ts";

export interface TransportOptions {
  /** Address that targets are appended to. It ends in a slash. */
  readonly servicesUrl: string;
  readonly fetch: typeof fetch | undefined;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  readonly emit: Emit;
  /** Tells if a text reveals a secret of the client. */
  readonly isSecret: (text: string) => boolean;
}

const HEADERS = { "Content-Type": "application/json", Accept: "application/json" };

/** Sends requests, repeats them if that may help, and returns the result of the response. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #window: RetryAfterWindow;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#window = new RetryAfterWindow(options.clock);
  }

  /** Current fetch function. A polyfill or a test may replace the global one at any time. */
  get fetch(): typeof fetch {
    return this.#options.fetch ?? globalThis.fetch;
  }

  /**
   * Sends the request, and repeats it until it succeeds, fails for good, or `limit` ends it.
   *
   * @throws {DexcomError} The error that the response stands for. On an abort it throws `limit.signal.reason` itself.
   */
  async send<T>(operation: Operation<T>, limit: CallLimit): Promise<T> {
    const { clock, retry, emit } = this.#options;
    const { path, repetition } = operation.request.operation;
    for (let attempt = 1; ; attempt++) {
      // Most requests wait for nothing, and make no promise for it.
      if (!this.#window.isOpen) await this.#window.waitUntilOpen(limit, attempt - 1);
      if (operation.beforePost) await operation.beforePost();
      let failure: DexcomError;
      try {
        return await this.#attempt(operation, limit, attempt);
      } catch (error) {
        if (limit.signal?.aborted || !(error instanceof DexcomError)) throw error;
        failure = error;
      }
      const delayMs = retryDelayMs(retry, attempt, failure);
      const isWorthIt = mayRetry(failure, { policy: retry, attempt, repetition }) && operation.mayRepeat?.() !== false;
      const isTooLate = delayMs >= remainingMs(clock, limit);
      // After an expired session the same call logs in and sends another request.
      this.#window.noteRetryAfter(failure, isTooLate || !(isWorthIt || failure instanceof SessionError));
      if (isTooLate || !isWorthIt) throw failure;
      emit({ type: "retry", operation: path, attempt, delayMs, error: failure });
      await clock.sleep(delayMs, limit.signal);
    }
  }

  async #attempt<T>(operation: Operation<T>, limit: CallLimit, attempts: number): Promise<T> {
    const { clock, timeoutMs, servicesUrl, isSecret } = this.#options;
    const { method, target, body, headers } = operation.request;
    const timedOut = (): TimeoutError =>
      new TimeoutError("ATTEMPT_TIMED_OUT", `No response from ${this.#host} within ${timeoutMs} ms`, { attempts });
    const sent = { any: false };
    try {
      return await within(clock, limit, timeoutMs, timedOut, async (signal, onStop) => {
        // Not called as a method: browsers and Workers throw if fetch is bound to another object.
        const send = this.fetch;
        sent.any = true;
        const response = await send(servicesUrl + target, {
          method,
          headers: { ...HEADERS, ...headers },
          body,
          redirect: "manual",
          signal,
        });
        const text = await readBody(response, signal, onStop);
        return readResponse(response, text, { operation, context: { attempts, clock, isSecret } });
      });
    } catch (error) {
      if (limit.signal?.aborted) throw error;
      const failure =
        error instanceof DexcomError ? error : networkError(error, { host: this.#host, attempts, isSecret });
      if (sent.any && isUndecided(failure)) operation.onUndecided?.();
      throw failure;
    }
  }

  /** Host for messages, without path and query. */
  get #host(): string {
    const { host } = new URL(this.#options.servicesUrl);
    return this.#options.isSecret(host) ? "the service" : host;
  }
}
