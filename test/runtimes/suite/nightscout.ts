import { Dexcom } from "dexcom-share-ts";
import { bridge, fromEntry, NightscoutError, NightscoutUploader, toEntry } from "dexcom-share-ts/nightscout";
import { ShareSimulator, VirtualClock } from "dexcom-share-ts/simulator";
import { equal, holds, rejects, type Case } from "./case.ts";
import { ACCOUNT } from "./service.ts";

const SECRET = "made-up-secret-1";
const url = "https://site.example";

interface World {
  readonly clock: VirtualClock;
  readonly simulator: ShareSimulator;
  uploader(secret?: string): NightscoutUploader;
}

function makeWorld(): World {
  const clock = new VirtualClock();
  const simulator = new ShareSimulator({ accounts: [ACCOUNT], seed: 7, clock, nightscout: { secret: SECRET } });
  const uploader = (secret = SECRET): NightscoutUploader =>
    new NightscoutUploader({ url, secret, fetch: simulator.fetch, clock });
  return { clock, simulator, uploader };
}

export const NIGHTSCOUT: readonly Case[] = [
  [
    "a reading becomes an entry and a reading again",
    async () => {
      const point = { mgDl: 39, datetime: new Date(1426292039000), trend: 9 } as const;
      equal(toEntry(point)?.direction, "RATE OUT OF RANGE");
      equal(fromEntry(toEntry(point)), point);
    },
  ],
  [
    "a refused secret is sent once",
    async () => {
      const { clock, simulator, uploader } = makeWorld();
      for (let call = 0; call < 3; call++) {
        const upload = uploader("another-secret-1").upload([{ mgDl: 100, datetime: new Date(clock.now()) }]);
        await rejects(clock.runUntil(upload), NightscoutError, "NIGHTSCOUT_REFUSED");
      }
      equal(simulator.requests.length, 1);
    },
  ],
  [
    "bridge() uploads a day with an outage, every reading once",
    async () => {
      const { clock, simulator, uploader } = makeWorld();
      const dexcom = new Dexcom({ ...ACCOUNT, fetch: simulator.fetch, clock });
      const controller = new AbortController();
      const bridging = bridge(dexcom, uploader(), { signal: controller.signal });
      await clock.advance(6 * 3_600_000);
      const stop = simulator.inject({ status: 503, when: ({ path }) => path.startsWith("/api/v1/") });
      await clock.advance(3_600_000);
      stop();
      await clock.advance(6 * 3_600_000);
      controller.abort();
      await bridging;
      const minutes = simulator.nightscoutEntries.map(({ date }) => Math.round(date / 60_000));
      holds(minutes.length > 400, `${minutes.length} entries are more than 400`);
      equal(new Set(minutes).size, minutes.length);
      const upload = uploader().upload(await clock.runUntil(dexcom.getGlucoseReadings()));
      equal((await clock.runUntil(upload)).uploaded, 0);
    },
  ],
];
