import { equal, simulated, type Case } from "./case.ts";
import { LOG_IN, READ } from "./service.ts";

export const HEAL: readonly Case[] = [
  [
    "a session that ends is replaced by one login and one replay",
    async () => {
      const { dexcom, simulator, run, operations } = simulated();
      await run(dexcom.getLatestGlucoseReading());
      for (const shouldForget of [false, true]) {
        simulator.expireSessions(undefined, { shouldForget });
        const before = operations().length;
        await run(dexcom.getLatestGlucoseReading());
        equal(operations().slice(before), [READ, LOG_IN, READ]);
      }
    },
  ],
];
