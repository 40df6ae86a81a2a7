import { elapsedMs, type Clock } from "../clock.ts";
import { replayError } from "../errors.ts";
import { remainingMs, within, type CallLimit } from "../http/deadline.ts";
import { coolDownMs } from "../session/refusal.ts";
import { digestPassword } from "../session/shared-state.ts";
import { held } from "./digest.ts";
import { NightscoutError } from "./nightscout-error.ts";

/** Knowledge of one secret of one site. */
interface Memory {
  /** `true` once the site has accepted the secret, until it refuses it. */
  isProven: boolean;
  /** The last refusal. `waitMs` doubles with each further one. */
  refusal?: { readonly error: NightscoutError; readonly startedAtMs: number; readonly waitMs: number };
  /** Request that is about to find out if the site accepts the secret. */
  probe?: Promise<void>;
}

/** Memories by fetch function, so that handlers that make an uploader for each request share them, and tests don't. */
const memories: WeakMap<object, Map<string, Memory>> = /* @__PURE__ */ new WeakMap();

/** Keeps a refused secret from being sent again: 10 minutes at first, up to an hour. */
export class SecretMemory {
  readonly #clock: Clock;
  readonly #apiUrl: string;
  readonly #waitMs: number;

  /** @param waitMs Longest time to wait for the outcome of another request with the same secret. */
  constructor(clock: Clock, apiUrl: string, waitMs: number) {
    this.#clock = clock;
    this.#apiUrl = apiUrl;
    this.#waitMs = waitMs;
  }

  /**
   * Runs `work`, which sends the secret. Until a first response has shown that the site accepts it, other requests wait.
   *
   * @throws {NightscoutError} At once, if the secret was refused and its cool-down is not over.
   */
  async use<T>(scope: object, secret: string, limit: CallLimit, work: () => Promise<T>): Promise<T> {
    const memory = await this.#find(scope, secret);
    if (memory.probe && !memory.isProven) await this.#wait(memory.probe, limit);
    const { refusal } = memory;
    if (refusal) {
      const leftMs = refusal.startedAtMs + refusal.waitMs - elapsedMs(this.#clock);
      if (leftMs > 0) throw replayError(refusal.error, { attempts: 0, retryAfterMs: Math.round(leftMs) });
    }
    let settle: () => void = () => undefined;
    memory.probe = new Promise((resolve) => (settle = resolve));
    try {
      const result = await work();
      memory.isProven = true;
      delete memory.refusal;
      return result;
    } catch (error) {
      if (!(error instanceof NightscoutError) || error.code !== "NIGHTSCOUT_REFUSED") throw error;
      throw this.#noteRefusal(memory, error);
    } finally {
      settle();
    }
  }

  #noteRefusal(memory: Memory, error: NightscoutError): NightscoutError {
    const waitMs = coolDownMs("CREDENTIALS_REFUSED", memory.refusal?.waitMs ?? 0, error.retryAfterMs);
    memory.isProven = false;
    memory.refusal = { error, startedAtMs: elapsedMs(this.#clock), waitMs };
    return replayError(error, { attempts: error.attempts, retryAfterMs: waitMs });
  }

  async #find(scope: object, secret: string): Promise<Memory> {
    // Pages without TLS have no digests. There the secrets of a site share a memory.
    const digest = await held(this.#clock, digestPassword(secret)).catch(() => "");
    const key = `${this.#apiUrl}\n${digest}`;
    const ofScope = memories.get(scope) ?? new Map<string, Memory>();
    memories.set(scope, ofScope);
    let memory = ofScope.get(key);
    if (!memory) ofScope.set(key, (memory = { isProven: false }));
    return memory;
  }

  /** Waits for another request, but not for long: on Workers a promise of an earlier request may never settle. */
  async #wait(probe: Promise<void>, limit: CallLimit): Promise<void> {
    const patience = new Error("enough");
    const ms = Math.min(this.#waitMs, remainingMs(this.#clock, limit));
    await within(
      this.#clock,
      limit,
      ms - 1,
      () => patience,
      () => probe,
    ).catch((error: unknown) => {
      if (error !== patience) throw error;
    });
  }
}
