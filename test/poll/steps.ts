import type { Dexcom } from "../../src/index.ts";
import { poll, type PollResult, type PollState } from "../../src/poll/index.ts";
import type { VirtualClock } from "../../src/simulator/index.ts";
import { SLOT_MS, START_MS, type Delivered } from "../watch/world.ts";

export interface Steps {
  readonly steps: PollResult[];
  readonly delivered: Delivered[];
  readonly slots: () => number[];
  readonly state: () => PollState | undefined;
  readonly failure: () => unknown;
}

/** Stores a state and reads it back. */
export function stored(state: PollState | undefined): PollState | undefined {
  return state && (JSON.parse(JSON.stringify(state)) as PollState);
}

/** A loop of steps, each as soon as the one before it says. Each may have a client of its own. */
export function pollLoop(clock: VirtualClock, clientOf: (step: number) => Dexcom, state?: PollState): Steps {
  const steps: PollResult[] = [];
  const delivered: Delivered[] = [];
  let failure: unknown;
  const loop = async (): Promise<void> => {
    for (let index = 0; ; index++) {
      const step = await poll(clientOf(index), stored(state));
      steps.push(step);
      for (const reading of step.readings) {
        const slot = (reading.datetime.getTime() - START_MS) / SLOT_MS;
        delivered.push({ slot, isLate: reading.late === true, atMs: clock.now() - START_MS, reading });
      }
      state = step.state;
      await clock.sleep(step.nextPollInMs);
    }
  };
  loop().catch((error: unknown) => (failure = error));
  return {
    steps,
    delivered,
    slots: () => delivered.map(({ slot }) => slot),
    state: () => state,
    failure: () => failure,
  };
}
