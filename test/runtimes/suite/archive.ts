import { ArgumentError } from "dexcom-share-ts";
import {
  ArchiveError,
  keep,
  KeyValueArchive,
  MemoryArchive,
  type GlucoseArchive,
  type GlucosePoint,
} from "dexcom-share-ts/archive";
import { formatCsv, parseClarityCsv, parseCsv } from "dexcom-share-ts/archive/csv";
import { equal, failureOf, rejects, simulated, type Case } from "./case.ts";

const MIDNIGHT = Date.UTC(2026, 0, 6);

const at = (seconds: number, mgDl = 100): GlucosePoint => ({
  mgDl,
  datetime: new Date(MIDNIGHT + seconds * 1000),
  timezone: "-0400",
  trend: 4,
});

/** Workers KV and its like, in a map. */
function mapService(): { readonly kept: Map<string, string>; readonly archive: KeyValueArchive } {
  const kept = new Map<string, string>();
  const archive = new KeyValueArchive({
    get: async (key) => kept.get(key) ?? null,
    put: async (key, value) => void kept.set(key, value),
    delete: async (key) => void kept.delete(key),
  });
  return { kept, archive };
}

async function secondsOf(archive: Pick<GlucoseArchive, "read">): Promise<number[]> {
  const seconds: number[] = [];
  for await (const { datetime } of archive.read()) seconds.push((datetime.getTime() - MIDNIGHT) / 1000);
  return seconds;
}

const ARCHIVES: Readonly<Record<string, () => GlucoseArchive>> = {
  "in memory": () => new MemoryArchive(),
  "in a key-value service": () => mapService().archive,
};

const CONTRACT = Object.entries(ARCHIVES).flatMap(([where, open]): Case[] => [
  [
    `an archive ${where} keeps each reading once, in order of time, also around midnight`,
    async () => {
      const archive = open();
      equal(await archive.add([at(300), at(-10), at(310)]), 2, "how many are new");
      equal(await archive.add([at(15), at(-300), at(20)]), 2, "how many of the late ones are new");
      equal(await secondsOf(archive), [-300, -10, 20, 300]);
      equal(await archive.latest(), { mgDl: 100, datetime: at(300).datetime, timezone: "-0400", trend: 4 });
    },
  ],
  [
    `an archive ${where} refuses an invalid reading, and deletes what is old`,
    async () => {
      const archive = open();
      await archive.add([at(-300), at(0), at(300)]);
      await rejects(archive.add([at(600), at(900, NaN)]), ArgumentError, "INVALID_ARGUMENT");
      equal(await archive.remove({ before: at(0).datetime }), 1, "how many are deleted");
      equal(await secondsOf(archive), [0, 300]);
      await archive.close();
    },
  ],
]);

export const ARCHIVE: readonly Case[] = [
  ...CONTRACT,
  [
    "an archive keeps what is watched, and goes on after a restart without a loss",
    async () => {
      const { archive } = mapService();
      const { another, run, clock } = simulated();
      const seen: number[] = [];
      const watchFor = (count: number): Promise<void> =>
        run(
          (async () => {
            const dexcom = another({});
            for await (const { datetime } of keep((since) => dexcom.watch({ since }), archive)) {
              seen.push((datetime.getTime() - MIDNIGHT) / 1000);
              if (--count === 0) break;
            }
          })(),
        );
      await watchFor(3);
      await run(clock.sleep(3_600_000));
      await watchFor(3);
      equal(seen, await secondsOf(archive), "what was handed on");
      equal(new Set(seen).size, 6, "how many readings there are");
    },
  ],
  [
    "a damaged value is reported, and stays as it is",
    async () => {
      const { kept, archive } = mapService();
      await archive.add([at(0)]);
      kept.set("glucose:2026-01-06", "damaged");
      await rejects(archive.add([at(300)]), ArchiveError, "ARCHIVE_DAMAGED");
      equal(kept.get("glucose:2026-01-06"), "damaged");
    },
  ],
  [
    "CSV is read back, and Clarity's export in the time zone of its wearer",
    async () => {
      const points = [at(0), at(300, 39)];
      equal(parseCsv(formatCsv(points)), points);
      const header = "Index,Timestamp (YYYY-MM-DDThh:mm:ss),Event Type,Glucose Value (mg/dL)";
      const rows = ["1,2026-10-25T02:30:00,EGV,100", "2,2026-10-25T02:25:00,EGV,Low"];
      const read = parseClarityCsv([header, ...rows].join("\r\n"), { timeZone: "Europe/Berlin" });
      equal(
        read.map(({ datetime, timezone, mgDl }) => [datetime, timezone, mgDl]),
        [
          [new Date(Date.UTC(2026, 9, 25, 0, 30)), "+0200", 100],
          [new Date(Date.UTC(2026, 9, 25, 1, 25)), "+0100", 39],
        ],
      );
      const failure = await failureOf(Promise.resolve().then(() => parseClarityCsv("x", { timeZone: "Nowhere" })));
      equal((failure as ArgumentError).name, "ArgumentError");
    },
  ],
];
