import { VirtualClock } from "../../src/simulator/index.ts";
import type { Fault } from "./fault.ts";
import type { FaultyService } from "./faulty-service.ts";
import { scriptedFetch, type Traffic } from "./scripted-fetch.ts";
import type { Route } from "./walk.ts";

/** Through a scripted fetch, in no time. */
export function scriptedRoute(service: FaultyService): Route & { readonly traffic: Traffic; readonly clock: VirtualClock } {
  const clock = new VirtualClock();
  const { fetch, traffic } = scriptedFetch(service, clock);
  // Three attempts that time out fit into one call.
  return { options: { fetch, clock, timeoutMs: 9000 }, run: (call) => clock.runUntil(call), traffic, clock };
}

/** Stalls are sat out in real time. */
const STALL_MS = 1000;

/** Through this runtime's own fetch, to a server at `baseUrl`; what is to be refused goes where nothing listens. */
export function realRoute(service: FaultyService, fault: Fault, baseUrl: string, closedUrl: string): Route {
  const { breaks } = fault.answer({ text: "", now: 0, elsewhere: "" });
  return {
    options: {
      baseUrl,
      timeoutMs: breaks?.startsWith("stalled") ? STALL_MS : 10_000,
      fetch: (input, init) => {
        const url = input as string;
        if (breaks !== "refused" || !service.isFaulty(url)) return globalThis.fetch(url, init);
        service.answer(url, { text: init?.body as string, now: Date.now(), elsewhere: "" });
        return globalThis.fetch(url.replace(new URL(url).origin, closedUrl), init);
      },
    },
    run: (call) => call,
  };
}
