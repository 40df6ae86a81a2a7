import { AccountError, type DexcomEvent } from "dexcom-share-ts";
import { equal, failureOf, holds, listening, simulated, type Case } from "./case.ts";
import { ACCOUNT, READ } from "./service.ts";
import { holdsNone } from "./texts.ts";

const CANARY = "canary-of-the-password";

export const SECRECY: readonly Case[] = [
  [
    "neither password nor session id is in an error, an event or the client, whatever fails",
    async () => {
      const account = { ...ACCOUNT, password: CANARY };
      const { simulator, another, run } = simulated({}, { accounts: [account] });
      const events: DexcomEvent[] = [];
      const { fetch, sessionIds } = listening(simulator);
      const dexcom = another({ ...account, fetch, onEvent: (event) => void events.push(event) });
      await run(dexcom.getLatestGlucoseReading());
      const secrets = [CANARY, ...sessionIds];
      equal(secrets.length, 2, "the number of secrets");
      const faults = [
        { status: 503 },
        { drop: "before-headers" },
        { drop: "mid-body" },
        { body: "[" },
        { code: "Surprise", message: secrets.join() },
      ] as const;
      for (const fault of faults) {
        const stop = simulator.inject({ operation: READ, ...fault });
        holdsNone(await failureOf(run(dexcom.getLatestGlucoseReading())), secrets, JSON.stringify(fault));
        stop();
      }
      simulator.expireSessions();
      simulator.changePassword(account.username, "another");
      const refused = await failureOf(run(dexcom.getLatestGlucoseReading()));
      holds(refused instanceof AccountError, "the old password is refused");
      holdsNone([refused, events, dexcom], secrets, "the refusal, the events and the client");
    },
  ],
];
