import { equal, failureOf, holds, simulated, type Case } from "./case.ts";
import { READ } from "./service.ts";

export const ABORT: readonly Case[] = [
  [
    "an abort rejects with its own reason, at any moment, and nothing is sent after it",
    async () => {
      const { dexcom, simulator, clock, run, operations } = simulated();
      const reason = { mine: true };
      holds(
        (await failureOf(dexcom.getLatestGlucoseReading({ signal: AbortSignal.abort(reason) }))) === reason,
        "the reason comes back",
      );
      equal(operations(), []);
      for (const fault of [
        { delayMs: Infinity },
        { bodyDelayMs: Infinity },
        { status: 503, headers: { "retry-after": "9" } },
      ]) {
        const stop = simulator.inject({ operation: READ, ...fault });
        const controller = new AbortController();
        const seen = simulator.requests.length;
        const call = failureOf(dexcom.getLatestGlucoseReading({ signal: controller.signal }));
        while (simulator.requests.slice(seen).every(({ operation }) => operation !== READ))
          await new Promise((resolve) => setTimeout(resolve, 1));
        // The clock moves only after everything that is pending has run: by then the call waits for the fault.
        await clock.advance(1);
        controller.abort(reason);
        holds((await call) === reason, "the reason comes back");
        stop();
      }
      const asked = operations().length;
      await run(dexcom.getLatestGlucoseReading());
      equal(operations().length, asked + 1, "the number of requests");
    },
  ],
];
