/**
 * Measures alarms over many readings, in processor time: `npm run bench:alarms -- --readings=1000000`.
 *
 * The readings are a made-up fortnight, one after the other, five minutes apart. Six rules judge each of them. The memory is what
 * the alarms hold after a garbage collection, at the most, and the size of their state as JSON.
 */
import { parseArgs } from "node:util";
import { createAlarms, type AlarmRules } from "../../../src/alarms/index.ts";
import { generateReadings } from "../../../src/simulator/index.ts";
import { collectedBytes } from "../collected-bytes.ts";

const SIX: AlarmRules = { urgentLow: true, low: true, high: true, soon: true, falling: true, noData: true };
const INTERVAL_MS = 300_000;
const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 1);
const LOOKS = 10;

const { values } = parseArgs({ options: { readings: { type: "string", default: "1000000" } } });
const count = Number(values.readings);
const figures = generateReadings({ seed: 3, from: START_MS - 14 * DAY_MS, to: START_MS }).map(({ mgDl }) => mgDl);

const alarms = createAlarms(SIX, { unit: "mg/dL" });
const datetime = new Date(START_MS);
let [events, highest, seconds, stateBytes] = [0, 0, 0, 0];
const before = await collectedBytes();
for (let look = 0; look < LOOKS; look++) {
  const started = process.cpuUsage();
  for (let i = 0; i < count / LOOKS; i++) {
    const at = datetime.getTime() + INTERVAL_MS;
    datetime.setTime(at);
    events += alarms.update({ mgDl: figures[(at / INTERVAL_MS) % figures.length]!, datetime }, at).length;
  }
  const { user, system } = process.cpuUsage(started);
  seconds += (user + system) / 1e6;
  highest = Math.max(highest, (await collectedBytes()) - before);
  stateBytes = Math.max(stateBytes, JSON.stringify(alarms.state).length);
}
console.log(
  [
    `${count.toLocaleString("en")} readings through ${Object.keys(SIX).length} rules`,
    `${Math.round(count / seconds).toLocaleString("en")}/s`,
    `${events.toLocaleString("en")} events`,
    `${(highest / 1024).toFixed(0)} KB held`,
    `state ${(stateBytes / 1024).toFixed(1)} KB`,
  ].join(" | "),
);
