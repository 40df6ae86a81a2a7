import { systemClock, type Clock } from "../../../src/clock.ts";
import { VirtualClock } from "../../../src/simulator/index.ts";
import type { Fault } from "./fault.ts";
import type { FaultyService } from "./faulty-service.ts";
import { faultyNetwork, type Traffic } from "./faulty-network.ts";
import type { Route } from "./walk.ts";

/** Through a scripted fetch, in no time. */
export function scriptedRoute(
  service: FaultyService,
): Route & { readonly traffic: Traffic; readonly clock: VirtualClock } {
  const clock = new VirtualClock();
  const { fetch, traffic } = faultyNetwork(service, clock);
  // Three attempts that time out fit into one call.
  return { options: { fetch, clock, timeoutMs: 9000 }, run: (call) => clock.runUntil(call), traffic, clock };
}

/** Far longer than any response takes that comes at all, on any machine. */
const ATTEMPT_MS = 10_000;
/** How long a stall is sat out once it has begun. */
const STALL_MS = 100;

/** Real time, but for an attempt that the server has let stall: that one's is over soon. */
class StallClock implements Clock {
  #endAttempt: (() => void) | undefined;

  now(): number {
    return systemClock.now();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const whole = systemClock.sleep(ms, signal);
    return ms === ATTEMPT_MS
      ? Promise.race([whole, new Promise<void>((resolve) => (this.#endAttempt = resolve))])
      : whole;
  }

  readonly onStall = (): void => {
    setTimeout(() => this.#endAttempt?.(), STALL_MS);
  };
}

/** Through this runtime's own fetch, to a server at `baseUrl`. Requests to be refused go to a port without a server. */
export function realRoute(service: FaultyService, fault: Fault, baseUrl: string, closedUrl: string): Route {
  const { breaks } = fault.respond({ text: "", now: 0, elsewhere: "" });
  const stalling = breaks?.startsWith("stalled") ? new StallClock() : undefined;
  service.onStall = stalling?.onStall;
  return {
    options: {
      baseUrl,
      clock: stalling,
      timeoutMs: ATTEMPT_MS,
      fetch: (input, init) => {
        const url = input as string;
        if (breaks !== "refused" || !service.isFaulty(url)) return globalThis.fetch(url, init);
        service.respond(url, { text: init?.body as string, now: Date.now(), elsewhere: "" });
        return globalThis.fetch(url.replace(new URL(url).origin, closedUrl), init);
      },
    },
    run: (call) => call,
  };
}
