import { Dexcom, DexcomError, type DexcomEvent, type DexcomOptions, type GlucoseReading } from "../../../src/index.ts";
import type { Fault, Step } from "./fault.ts";
import { FaultyService, PASSWORD, USERNAME, type Counts } from "./faulty-service.ts";

/** How a walk reaches its service. */
export interface Route {
  readonly options: Pick<DexcomOptions, "fetch" | "baseUrl" | "clock" | "timeoutMs">;
  /** Has the call's time pass. */
  readonly run: <T>(call: Promise<T>) => Promise<T>;
}

/** What came out of one call. */
export interface Outcome {
  /** `"reading"`, `"nothing"`, or the error's code. */
  readonly what: string;
  readonly reading: GlucoseReading | undefined;
  readonly error: unknown;
}

/** A call to a service with one fault, and another right after it if the first succeeded or said how long to wait. */
export interface Walk {
  readonly service: FaultyService;
  readonly client: Dexcom;
  readonly outcome: Outcome;
  readonly counts: Counts;
  readonly again: Outcome | undefined;
  /** Requests of the call after it. */
  readonly countsAgain: Counts;
  readonly events: readonly DexcomEvent[];
}

export async function walk(
  step: Step,
  fault: Fault,
  isOnce: boolean,
  routeTo: (service: FaultyService) => Route,
): Promise<Walk> {
  const service = new FaultyService(step, fault, isOnce);
  const { options, run } = routeTo(service);
  const events: DexcomEvent[] = [];
  const client = new Dexcom({
    username: USERNAME,
    password: PASSWORD,
    retry: { baseDelayMs: 1 },
    onEvent: (event) => void events.push(event),
    ...options,
  });
  const outcome = await call(client, run);
  const { counts } = service;
  const isWorthIt = !(outcome.error instanceof DexcomError) || outcome.error.retryAfterMs !== undefined;
  const again = isWorthIt ? await call(client, run) : undefined;
  const now = service.counts;
  const countsAgain = {
    authenticate: now.authenticate - counts.authenticate,
    login: now.login - counts.login,
    read: now.read - counts.read,
  };
  return { service, client, outcome, counts, again, countsAgain, events };
}

async function call(client: Dexcom, run: Route["run"]): Promise<Outcome> {
  try {
    const reading = await run(client.getLatestGlucoseReading());
    return { what: reading ? "reading" : "nothing", reading, error: undefined };
  } catch (error) {
    return {
      what: error instanceof DexcomError ? error.code : `no DexcomError: ${String(error)}`,
      reading: undefined,
      error,
    };
  }
}
