/** What a day of polling every five minutes sends, counted by the service itself. */
import { Dexcom } from "dexcom-share-ts";
import { ShareSimulator, VirtualClock } from "dexcom-share-ts/simulator";
import type { Measurements } from "./figure.ts";

const POLLS = 288;
const INTERVAL_MS = 300_000;

export async function measureDay(): Promise<Measurements> {
  const clock = new VirtualClock();
  const account = { username: "someone@example.com", password: "secret" };
  const simulator = new ShareSimulator({ accounts: [account], clock });
  const dexcom = new Dexcom({ ...account, fetch: simulator.fetch, clock });
  for (let poll = 0; poll < POLLS; poll++) {
    const reading = await clock.runUntil(dexcom.getLatestGlucoseReading());
    if (reading === undefined) throw new Error("a simulated day has readings");
    await clock.advance(INTERVAL_MS);
  }
  const sent = simulator.requests;
  return {
    "day requests": { figure: sent.length, beside: POLLS },
    "day logins": {
      figure: sent.filter(({ operation }) => operation === "LoginPublisherAccountById").length,
      beside: 1,
    },
  };
}
