import { LATENESS_BUCKETS } from "../feed/read-counts.ts";
import type { Watched } from "../feed/watched.ts";
import type { Family, Sample } from "./exposition.ts";

/** Makes the metrics of all wearers. A stale figure is left out: a graph must not go on with it. */
export function makeFamilies(all: readonly Watched[]): readonly Family[] {
  const fresh = all.filter(({ wearer }) => !wearer.isStale);
  const gauge = (
    [name, help]: readonly [string, string],
    shown: readonly Watched[],
    valueOf: (watched: Watched) => number,
  ): Family => ({
    name,
    type: "gauge",
    help,
    samples: shown.map((watched) => ({ labels: labelsOf(watched), value: valueOf(watched) })),
  });
  return [
    gauge(
      ["dexcom_glucose_mg_per_dl", "Newest glucose, unless it is stale."],
      fresh,
      ({ wearer }) => wearer.newest!.mgDl,
    ),
    gauge(
      ["dexcom_glucose_reading_timestamp_seconds", "Time of the newest reading."],
      all.filter(({ wearer }) => wearer.newest !== undefined),
      ({ wearer }) => wearer.newest!.datetime.getTime() / 1000,
    ),
    gauge(
      ["dexcom_glucose_trend", "Trend of the newest reading, 0 to 9, unless it is stale."],
      fresh,
      ({ wearer }) => wearer.newest!.trend,
    ),
    gauge(["dexcom_glucose_stale", "1 if no reading is younger than 15 minutes."], all, ({ wearer }) =>
      Number(wearer.isStale),
    ),
    alarmFamily(all),
    requestFamily(all),
    latenessFamily(all),
  ];
}

function labelsOf({ wearer }: Watched): Record<string, string> {
  return wearer.name === "" ? {} : { wearer: wearer.name };
}

/** An alert manager takes an alarm that disappears for one that is over, so it is 0 then. */
function alarmFamily(all: readonly Watched[]): Family {
  const samples = all.flatMap((watched) => {
    const active = watched.alarms.list().map(({ rule }) => rule);
    const known = new Set([...watched.alarms.seen, ...active]);
    return [...known].map((rule) => ({
      labels: { ...labelsOf(watched), rule },
      value: Number(active.includes(rule)),
    }));
  });
  return { name: "dexcom_alarm_active", type: "gauge", help: "1 while an alarm is on.", samples };
}

function requestFamily(all: readonly Watched[]): Family {
  const samples = all.flatMap((watched) =>
    Object.entries(watched.counts.outcomes).map(([outcome, value]) => ({
      labels: { ...labelsOf(watched), operation: "read", outcome },
      value,
    })),
  );
  return { name: "dexcom_requests", type: "counter", help: "Reads of the service by their outcome.", samples };
}

function latenessFamily(all: readonly Watched[]): Family {
  const samples = all.flatMap((watched): Sample[] => {
    const { lateness, latenessSum } = watched.counts;
    const labels = labelsOf(watched);
    let count = 0;
    const buckets = [...LATENESS_BUCKETS.map(String), "+Inf"].map((le, index) => {
      count += lateness[index]!;
      return { suffix: "_bucket", labels: { ...labels, le }, value: count };
    });
    return [...buckets, { suffix: "_count", labels, value: count }, { suffix: "_sum", labels, value: latenessSum }];
  });
  const help = "Time from the measurement of a reading to its arrival here.";
  return { name: "dexcom_watch_lateness_seconds", type: "histogram", help, samples };
}
