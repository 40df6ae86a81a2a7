import { NetworkError } from "dexcom-share-ts";
import { equal, holds, rejects, simulated, type Case } from "./case.ts";
import { READ } from "./service.ts";

export const RETRY: readonly Case[] = [
  [
    "a server that is down for a moment is asked again",
    async () => {
      const { dexcom, simulator, run, operations } = simulated();
      simulator.inject({ operation: READ, status: 503, times: 2 });
      holds((await run(dexcom.getLatestGlucoseReading())) !== undefined, "the third attempt reads");
      equal(operations().filter((name) => name === READ).length, 3, "the number of reads");
    },
  ],
  [
    "no attempt is made before the time that Retry-After names",
    async () => {
      const { dexcom, simulator, run } = simulated();
      simulator.inject({ operation: READ, status: 429, headers: { "retry-after": "20" }, times: 1 });
      await run(dexcom.getLatestGlucoseReading());
      const [first, second] = simulator.requests.filter(({ operation }) => operation === READ);
      holds(second!.timeMs - first!.timeMs >= 20_000, `${second!.timeMs - first!.timeMs} ms are 20 s or more`);
    },
  ],
  [
    "a request is sent again after a lost response, and the error does not hold the address",
    async () => {
      const { dexcom, simulator, run } = simulated();
      const stop = simulator.inject({ operation: READ, drop: "mid-body", times: 1 });
      holds((await run(dexcom.getLatestGlucoseReading())) !== undefined, "the second attempt reads");
      stop();
      simulator.inject({ operation: READ, drop: "before-headers" });
      const error = await rejects(run(dexcom.getLatestGlucoseReading()), NetworkError, "NETWORK_FAILED");
      holds(!(error.cause as Error).message.includes("://"), "the cause names no address");
    },
  ],
];
