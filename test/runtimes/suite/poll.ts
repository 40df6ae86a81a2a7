import { ArgumentError } from "dexcom-share-ts";
import { poll, type PollState } from "dexcom-share-ts/poll";
import { equal, rejects, simulated, type Case } from "./case.ts";
import { ACCOUNT } from "./service.ts";

const START = Date.UTC(2026, 2, 3, 12);
const SLOT_MS = 300_000;
const READINGS = Array.from({ length: 12 }, (_, slot) => ({
  mgDl: 100 + slot,
  datetime: START + slot * SLOT_MS,
  availableAt: START + slot * SLOT_MS + 18_000,
}));

export const POLL: readonly Case[] = [
  [
    "each reading comes once, each step by another client, whose state was JSON in between",
    async () => {
      const { another, clock, run } = simulated({}, { accounts: [{ ...ACCOUNT, readings: READINGS }] }, START + 20_000);
      const seen: number[] = [];
      let json = "null";
      while (seen.length < READINGS.length) {
        const step = await run(poll(another({}), JSON.parse(json) as PollState | null));
        seen.push(...step.readings.map(({ mgDl }) => mgDl));
        json = JSON.stringify(step.state);
        await clock.advance(step.nextPollInMs);
      }
      equal(
        seen,
        READINGS.map(({ mgDl }) => mgDl),
      );
    },
  ],
  [
    "the state of another account is an ArgumentError",
    async () => {
      const { dexcom, another, run } = simulated();
      const { state } = await run(poll(dexcom));
      const other = another({ username: "other@example.com" });
      await rejects(run(poll(other, state)), ArgumentError, "INVALID_ARGUMENT");
    },
  ],
];
