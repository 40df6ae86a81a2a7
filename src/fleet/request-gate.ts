import { AsyncLocalStorage } from "node:async_hooks";
import { systemClock } from "../clock.ts";
import { MAX_RETRY_AFTER_MS, parseRetryAfter } from "../http/retry.ts";
import { PAUSE, RESERVE, REST_OF_PAUSE } from "./gate-scripts.ts";
import type { Scripts } from "./scripts.ts";

/** A poll starts only if its first request may be sent so soon: then a pause reaches all that wait. */
const LOOKAHEAD_MS = 500;
/** A later request of a poll, such as a login, need not wait for polls that have not begun. */
const MAX_WAIT_MS = 5000;
/** A pause without `Retry-After`, and the most to which repeated ones double. */
const FIRST_PAUSE_MS = 60_000;
const MAX_PAUSE_MS = 300_000;
const FORGET_PAUSES_MS = 600_000;
/** Longest wait before the gate asks again, in case that a pause was lifted. */
const MAX_STEP_MS = 15_000;

/** Right of one poll to send a request, and the number of those that it has sent. */
export interface Ticket {
  isUnused: boolean;
  requests: number;
  rateLimited: number;
}

/** Place in the order of requests, or the rest of a pause. */
interface Slot {
  readonly waitMs: number;
  readonly pausedMs: number;
}

interface GateOptions {
  readonly scripts: Scripts;
  /** Key of the gate: one for each host and each address from which requests are sent. */
  readonly key: string;
  readonly spacingMs: number;
  /** Multiple of real time. The gate itself keeps real time. */
  readonly speed: number;
  readonly fetch: typeof fetch | undefined;
  /** Called by the worker whose request began a pause. `pauseMs` is time of the service. */
  readonly onPause: (pauseMs: number) => void;
}

/**
 * Gate that all requests to one host pass, in whatever process they are made. It keeps them apart by `spacingMs`, and
 * stays closed after a 429.
 *
 * A poll enters before it begins, outside the timeouts of its client. Later requests of the same poll wait in `fetch`.
 */
export class RequestGate {
  readonly #options: GateOptions;
  readonly #tickets = new AsyncLocalStorage<Ticket>();
  /** Polls of this process take their turns, so that Redis is asked by one of them at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** One function for all clients: they share what they know of refused credentials by it. */
  readonly fetch: typeof fetch = async (input, init) => {
    const ticket = this.#tickets.getStore();
    if (ticket?.isUnused === true) ticket.isUnused = false;
    else {
      const signal = init?.signal ?? undefined;
      const pausedMs = await this.#waitFor(await this.#reserve(MAX_WAIT_MS, signal), signal);
      // Nothing is sent. To the client it is what the service said to another worker.
      if (pausedMs > 0) return rateLimited(pausedMs * this.#options.speed);
    }
    if (ticket) ticket.requests++;
    const send = this.#options.fetch ?? globalThis.fetch;
    const response = await send(input, init);
    if (response.status === 429) {
      if (ticket) ticket.rateLimited++;
      await this.#pause(response.headers);
    }
    return response;
  };

  /** Waits until a poll may begin, then runs it. Rejects with `signal.reason` if the signal aborts the wait. */
  async run<T>(signal: AbortSignal, poll: (ticket: Ticket) => Promise<T>): Promise<T> {
    for (;;) {
      const mine = this.#turn.then(() => this.#reserve(LOOKAHEAD_MS, signal));
      this.#turn = mine.catch(() => undefined);
      const pausedMs = await this.#waitFor(await mine, signal);
      if (pausedMs === 0) break;
      await systemClock.sleep(Math.min(pausedMs, MAX_STEP_MS), signal);
    }
    const ticket: Ticket = { isUnused: true, requests: 0, rateLimited: 0 };
    return this.#tickets.run(ticket, () => poll(ticket));
  }

  /** Takes a slot as soon as there is one within `lookaheadMs`. Takes none during a pause. */
  async #reserve(lookaheadMs: number, signal: AbortSignal | undefined): Promise<Slot> {
    const { scripts, key, spacingMs } = this.#options;
    for (;;) {
      signal?.throwIfAborted();
      const [status, waitMs] = (await scripts.run(RESERVE, [key], [spacingMs, lookaheadMs])) as [number, number];
      if (status < 0) return { waitMs: 0, pausedMs: waitMs };
      if (status > 0) return { waitMs, pausedMs: 0 };
      await systemClock.sleep(waitMs, signal);
    }
  }

  /** Waits for a slot. Returns the rest of a pause, which may have begun during the wait, and 0 without one. */
  async #waitFor({ waitMs, pausedMs }: Slot, signal: AbortSignal | undefined): Promise<number> {
    const { scripts, key } = this.#options;
    if (waitMs === 0) return pausedMs;
    await systemClock.sleep(waitMs, signal);
    return Number(await scripts.run(REST_OF_PAUSE, [key]));
  }

  async #pause(headers: Headers): Promise<void> {
    const { scripts, key, speed, onPause } = this.#options;
    const hintMs = parseRetryAfter(headers, Date.now());
    const times = [FIRST_PAUSE_MS, MAX_PAUSE_MS, FORGET_PAUSES_MS];
    const hint = hintMs === undefined ? -1 : Math.ceil(Math.min(hintMs, MAX_RETRY_AFTER_MS) / speed);
    const [pauseMs, isNew] = (await scripts.run(PAUSE, [key], [hint, ...times.map((ms) => ms / speed)])) as number[];
    if (isNew === 1) onPause(pauseMs! * speed);
  }
}

function rateLimited(pausedMs: number): Response {
  return new Response(null, { status: 429, headers: { "retry-after": String(Math.ceil(pausedMs / 1000)) } });
}
