/** The service of a bench: accounts by number, whose readings take 18 ± 2 s to reach it. */
import { Dexcom } from "../../../src/index.ts";
import { ShareSimulator } from "../../../src/simulator/index.ts";
import type { Clock } from "../../../src/clock.ts";

const NAME = /^wearer-(k\d+)@example\.com$/;

/** Time that the reading of an instant takes until the service has it. */
export function delayOf(instantMs: number): number {
  return 16_000 + ((Math.floor(instantMs / 1000) * 7919) % 4000);
}

export function makeService(clock: Clock): ShareSimulator {
  return new ShareSimulator({
    clock,
    maxLoggedRequests: 0,
    accounts: (username) => {
      const key = NAME.exec(username)?.[1];
      return key === undefined
        ? undefined
        : { username, password: `the password of ${key}`, generator: { delayMs: delayOf } };
    },
  });
}

/** Instants that the service has of an account, oldest first. */
export async function instantsOf(simulator: ShareSimulator, clock: Clock, key: string): Promise<number[]> {
  const dexcom = new Dexcom({
    username: `wearer-${key}@example.com`,
    password: `the password of ${key}`,
    clock,
    fetch: simulator.fetch,
  });
  return (await dexcom.getGlucoseReadings()).map(({ datetime }) => datetime.getTime()).reverse();
}
