import type { DexcomError } from "../errors.ts";
import type { DexcomEvent } from "../events.ts";
import type { Region } from "../region.ts";

/** Something that happened in a worker, or behind a `Fleet`. It holds no secret; `key` is yours. */
export type FleetEvent =
  /** The service refused the credentials. The account is not polled until they change, or until `resume(key)`. */
  | { readonly type: "parked"; readonly key: string; readonly error: DexcomError }
  /** `credentials` gave others than those that were refused. */
  | { readonly type: "unparked"; readonly key: string }
  /** The service asked for fewer requests. All workers of that host and address send none for `pauseMs`. */
  | { readonly type: "rate-limited"; readonly region: Region; readonly pauseMs: number }
  /** A poll failed in a way that may pass. The next one is made in `delayMs`. */
  | { readonly type: "poll-failed"; readonly key: string; readonly delayMs: number; readonly error: unknown }
  /** A function of yours threw. No reading is lost: the account is polled again in `delayMs`. */
  | {
      readonly type: "callback-failed";
      readonly callback: "credentials" | "onReadings";
      readonly key: string;
      readonly delayMs: number;
      readonly error: unknown;
    }
  /** The stored state can't be used, such as that of another account. Polling begins again with the latest reading. */
  | { readonly type: "state-discarded"; readonly key: string; readonly error: DexcomError }
  /** An account was sealed with another `secret`. It is not polled. */
  | { readonly type: "unreadable"; readonly id: string }
  /** An event of the account's client. */
  | { readonly type: "client"; readonly key: string; readonly event: DexcomEvent }
  /** Redis or BullMQ reports a failure. Work goes on when it has passed. */
  | { readonly type: "error"; readonly error: unknown };

/** Types of events that are written to the console once if nobody listens. */
const LOUD: ReadonlySet<string> = new Set(["callback-failed", "error", "unreadable"]);

export type EmitFleetEvent = (event: FleetEvent) => void;

/** Makes a function that tells the user's handler. An error of the handler stops nothing. */
export function fleetEmitter(onEvent: ((event: FleetEvent) => unknown) | undefined): EmitFleetEvent {
  if (onEvent) {
    return (event) => {
      void (async () => onEvent(event))().catch(() => undefined);
    };
  }
  const told = new Set<string>();
  return (event) => {
    if (!LOUD.has(event.type) || told.has(event.type)) return;
    told.add(event.type);
    // Not the error: it may come from a function of the application, and hold anything.
    const { callback = "" } = event as { readonly callback?: string };
    const what = `${event.type} ${callback}`.trim();
    (globalThis.console as Console | undefined)?.warn(`dexcom-share-ts/fleet: ${what}. Pass onEvent to handle it.`);
  };
}
