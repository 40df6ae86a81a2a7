/** One request as the script saw it. */
export interface SentRequest {
  readonly url: string;
  /** The last part of the path, such as `"LoginPublisherAccountById"`. */
  readonly operation: string;
  readonly init: RequestInit;
  /** The JSON that was sent. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
}

/** What comes of a request: an answer, or what fetch rejects with, or a function that decides. */
export type Step = Response | Error | ((request: SentRequest) => Response | Promise<Response>);

export interface ScriptedFetch {
  readonly fetch: typeof fetch;
  /** Oldest first. */
  readonly requests: readonly SentRequest[];
  /** The operations of the requests, oldest first. */
  readonly operations: readonly string[];
  /** Answers for what comes after the ones that are left. */
  add(...steps: Step[]): void;
}

/** A `fetch` that answers one request after another with `steps`, and fails once they are used up. */
export function scriptedFetch(...steps: Step[]): ScriptedFetch {
  const requests: SentRequest[] = [];
  return {
    requests,
    get operations() {
      return requests.map(({ operation }) => operation);
    },
    add: (...more) => void steps.push(...more),
    async fetch(input, init = {}) {
      const url = input as string;
      const operation = url.slice(url.lastIndexOf("/") + 1);
      const body = JSON.parse(init.body as string) as SentRequest["body"];
      const request = { url, operation, init, body, signal: init.signal! };
      requests.push(request);
      const step = steps.shift() ?? new Error(`the script has no answer left for ${operation}`);
      if (step instanceof Error) throw step;
      return typeof step === "function" ? step(request) : step;
    },
  };
}

/** Never answers; rejects as `fetch` does when the signal aborts. */
export function stall({ signal }: SentRequest): Promise<Response> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** Never answers and heeds no signal: what is left of a request of an earlier invocation on Workers. */
export function hang(): Promise<Response> {
  return new Promise(() => undefined);
}
