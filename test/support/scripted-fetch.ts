/** A request that a scripted `fetch` received. */
export interface SentRequest {
  readonly url: string;
  /** The last part of the path, such as `"LoginPublisherAccountById"`. */
  readonly operation: string;
  readonly init: RequestInit;
  /** The JSON that was sent. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
}

type Responder = (request: SentRequest) => Response | Promise<Response>;

/** The outcome of a request: a response, an error that `fetch` rejects with, or a function that decides. */
export type Step = Response | Error | Responder;

interface RecordedFetch {
  readonly fetch: typeof fetch;
  /** Oldest first. */
  readonly requests: readonly SentRequest[];
  /** The operations of the requests, oldest first. */
  readonly operations: readonly string[];
}

export interface ScriptedFetch extends RecordedFetch {
  /** Appends steps to those that are left. */
  add(...steps: Step[]): void;
}

/** A `fetch` without a network that records each request and leaves the response to `respond`. */
export function recordedFetch(respond: Responder): RecordedFetch {
  const requests: SentRequest[] = [];
  return {
    requests,
    get operations() {
      return requests.map(({ operation }) => operation);
    },
    async fetch(input, init = {}) {
      const url = input as string;
      const operation = url.slice(url.lastIndexOf("/") + 1);
      const body = JSON.parse(init.body as string) as SentRequest["body"];
      const request = { url, operation, init, body, signal: init.signal! };
      requests.push(request);
      return respond(request);
    },
  };
}

/** A `fetch` that takes the next of `steps` for each request, and fails after the last one. */
export function scriptedFetch(...steps: Step[]): ScriptedFetch {
  const recorded = recordedFetch((request) => {
    const step = steps.shift() ?? new Error(`the script has no response left for ${request.operation}`);
    if (step instanceof Error) throw step;
    return typeof step === "function" ? step(request) : step;
  });
  return Object.assign(recorded, { add: (...more: Step[]) => void steps.push(...more) });
}

/** Never responds. Rejects as `fetch` does when the signal aborts. */
export function stall({ signal }: Pick<SentRequest, "signal">): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}

/** Never responds and ignores the signal, as a request of an earlier invocation does on Workers. */
export function hang(): Promise<Response> {
  return new Promise(() => undefined);
}
