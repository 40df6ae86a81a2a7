import { AccountError, ArgumentError, Dexcom, DexcomError } from "dexcom-share-ts";
import { ShareSimulator } from "dexcom-share-ts/simulator";
import { equal, failureOf, holds, rejects, simulated, type Case } from "./case.ts";
import { ACCOUNT, AUTHENTICATE, LOG_IN, READ } from "./service.ts";

export const LOGIN: readonly Case[] = [
  [
    "a client logs in in two steps, and reads on with one request",
    async () => {
      const { dexcom, run, operations } = simulated();
      holds((await run(dexcom.getLatestGlucoseReading()))!.mgDl > 38, "there is a reading");
      await run(dexcom.getLatestGlucoseReading());
      equal(operations(), [AUTHENTICATE, LOG_IN, READ, READ]);
    },
  ],
  [
    "an account id saves the first step",
    async () => {
      const { simulator, another, run, operations } = simulated();
      const accountId = simulator.getAccountId(ACCOUNT.username);
      await run(another({ username: undefined, accountId }).getLatestGlucoseReading());
      equal(operations(), [LOG_IN, READ]);
    },
  ],
  [
    "callers at the same time share one login",
    async () => {
      const { dexcom, run, operations } = simulated();
      await run(Promise.all(Array.from({ length: 20 }, () => dexcom.getLatestGlucoseReading())));
      equal(
        operations().filter((name) => name !== READ),
        [AUTHENTICATE, LOG_IN],
      );
    },
  ],
  [
    "a refused password is sent once, by whatever client of the same fetch",
    async () => {
      const { another, run, operations, clock } = simulated();
      const wrong = { password: "wrong" };
      const first = await rejects(run(another(wrong).getLatestGlucoseReading()), AccountError, "CREDENTIALS_REFUSED");
      equal(first.message, "Failed to authenticate");
      await rejects(run(another(wrong).getLatestGlucoseReading()), AccountError, "CREDENTIALS_REFUSED");
      equal(operations(), [AUTHENTICATE]);
      await clock.advance(600_000);
      await rejects(run(another(wrong).getLatestGlucoseReading()), AccountError, "CREDENTIALS_REFUSED");
      equal(operations(), [AUTHENTICATE, AUTHENTICATE], "after the cool-down");
    },
  ],
  [
    "what can't be right is refused before anything is sent, by every subpath's same class",
    async () => {
      const { dexcom, operations } = simulated();
      await rejects(dexcom.getGlucoseReadings(0), ArgumentError, "INVALID_ARGUMENT");
      await rejects((async () => new Dexcom({ ...ACCOUNT, username: "" }))(), ArgumentError, "INVALID_ARGUMENT");
      await rejects(
        (async () => new ShareSimulator({ accounts: [ACCOUNT], seed: 0.5 }))(),
        ArgumentError,
        "INVALID_ARGUMENT",
      );
      holds((await failureOf(dexcom.getGlucoseReadings(1, 289))) instanceof DexcomError, "it is a DexcomError");
      equal(operations(), []);
    },
  ],
];
