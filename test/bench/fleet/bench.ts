/**
 * `npm run bench:fleet`: a fleet of worker processes against a simulator on loopback, on a Redis of its own.
 *
 * - `-- --accounts=2000 --workers=4 --minutes=3 --speed=10 --spacing=5 --kills=2 --restart --storm`: what is delivered
 * - `-- --queue=100000 --seconds=60`: what the queue alone costs
 * - `-- --start=1000` (`npm run bench:start`): what the first logins cost, by a store with a `secret` and by one without
 *
 * With `--write`, the run becomes a row of the table in README.md of the folder above.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { README, withRow } from "../readme.ts";
import { runCrowd, type CrowdResult } from "./crowd.ts";
import { runQueue } from "./queue.ts";
import { runStart } from "./start.ts";

const { values } = parseArgs({
  options: {
    accounts: { type: "string", default: "2000" },
    workers: { type: "string", default: "4" },
    minutes: { type: "string", default: "3" },
    speed: { type: "string", default: "10" },
    spacing: { type: "string", default: "5" },
    kills: { type: "string", default: "0" },
    restart: { type: "boolean", default: false },
    storm: { type: "boolean", default: false },
    queue: { type: "string" },
    start: { type: "string" },
    seconds: { type: "string", default: "60" },
    write: { type: "boolean", default: false },
  },
});

if (values.queue !== undefined) {
  print(await runQueue(Number(values.queue), Number(values.seconds)));
} else if (values.start !== undefined) {
  for (const secret of ["with", "without"] as const) {
    const { seconds, processorSeconds } = await runStart(Number(values.start), secret === "with");
    print({ secret, seconds, processorSeconds });
    if (!values.write) continue;
    const row = {
      "first logins": `${values.start} accounts, 1 worker, a store ${secret} a secret`,
      time: `${seconds.toFixed(1)} s`,
      processor: `${processorSeconds.toFixed(1)} s`,
    };
    writeFileSync(README, withRow(readFileSync(README, "utf8"), row, "bench:start"));
  }
} else {
  const result = await runCrowd({
    accounts: Number(values.accounts),
    workers: Number(values.workers),
    minutes: Number(values.minutes),
    speed: Number(values.speed),
    spacingMs: Number(values.spacing),
    kills: Number(values.kills),
    restart: values.restart,
    storm: values.storm,
  });
  print({ ...values, ...result });
  if (values.write) writeFileSync(README, withRow(readFileSync(README, "utf8"), rowOf(result), "bench:fleet"));
  // Each worker that was killed may double what it was delivering.
  const isShort = result.lost > 0 || (result.kills === 0 && !values.restart && result.doubled > 0);
  if (isShort) process.exitCode = 1;
}

/** A run as a row of the table. Its first cell names the run. */
function rowOf(result: CrowdResult): Record<string, string> {
  const faults = [
    ...(result.kills > 0 ? [`${values.kills} workers killed each minute`] : []),
    ...(values.restart ? ["Redis killed"] : []),
    ...(values.storm ? ["a storm of 429"] : []),
  ];
  const speed = values.speed === "1" ? "" : ` at ${values.speed} × the speed`;
  const size = `${values.accounts} accounts, ${values.workers} workers, ${values.minutes} min${speed}`;
  const { requestsPerReading: all, settled, stormMs } = result;
  return {
    run: [size, ...faults].join("; "),
    readings: String(result.delivered),
    lost: String(result.lost),
    doubled: String(result.doubled),
    "requests per reading: after": settled.requestsPerReading.toFixed(2),
    all: all.toFixed(2),
    "logins more than accounts": String(result.moreLogins),
    "late: median": `${result.medianS.toFixed(1)} s`,
    "95 %": `${result.p95S.toFixed(1)} s`,
    "first 429 to last": stormMs === undefined ? "" : `${stormMs} ms`,
    load: result.load.toFixed(1),
  };
}

function print(figures: object): void {
  for (const [name, figure] of Object.entries(figures) as [string, unknown][]) {
    if (figure === undefined) continue;
    const text = typeof figure === "number" ? String(Number(figure.toFixed(3))) : JSON.stringify(figure);
    console.log(`${name.padEnd(22)} ${text}`);
  }
}
