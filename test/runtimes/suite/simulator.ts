import { generateReadings, ShareSimulator, VirtualClock } from "dexcom-share-ts/simulator";
import { equal, holds, type Case } from "./case.ts";
import { ACCOUNT } from "./service.ts";

/** As Node 24 made it. */
const DIGEST_OF_THE_DAY = 1_192_003_881;

export const SIMULATOR: readonly Case[] = [
  [
    "the simulator responds without a client, in JSON and in XML",
    async () => {
      const simulator = new ShareSimulator({ accounts: [ACCOUNT], clock: new VirtualClock() });
      const url = "https://share2.dexcom.com/ShareWebServices/Services/General/SystemUtcTime";
      const json = await simulator.fetch(url, { headers: { accept: "application/json" } });
      equal(await json.text(), '{"DateTime":"\\/Date(1767268800000)\\/","OffsetMinutes":0}');
      holds((await (await simulator.fetch(url)).text()).startsWith("<"), "without the header it is XML");
    },
  ],
  [
    "a seed gives the same day everywhere",
    async () => {
      const day = generateReadings({ from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 2), seed: 7 });
      let digest = 0;
      for (const { mgDl, datetime } of day) digest = (Math.imul(digest, 31) + mgDl + +datetime / 1000) | 0;
      equal(digest, DIGEST_OF_THE_DAY, "the digest of the day");
    },
  ],
];
