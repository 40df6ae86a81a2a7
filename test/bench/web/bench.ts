/**
 * Measures 500 viewers of one wearer for an hour of virtual time: `npm run bench:web`. With `--write` the figures go into
 * README.md of the folder above. More than 1.4 requests for a reading fail the command.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { README, withRow } from "../readme.ts";
import { measureHour, measureStalled } from "./viewers.ts";

const VIEWERS = 500;
const MAX_REQUESTS_PER_READING = 1.4;

// The first one leaves compiled code behind.
await measureHour(20);
const alone = await measureHour(1);
const crowd = await measureHour(VIEWERS);
const stalled = await measureStalled(VIEWERS);
const requestsPerReading = crowd.requests / crowd.readings;
const cpuUs = (crowd.cpuUs - alone.cpuUs) / (crowd.events - alone.events);

const row = {
  viewers: String(VIEWERS),
  "requests for a reading": requestsPerReading.toFixed(2),
  "memory of a viewer": `${(crowd.bytes / 1024).toFixed(1)} KB`,
  "events read": crowd.events.toLocaleString("en"),
  "processor for an event of a viewer": `${cpuUs.toFixed(1)} µs`,
  "one that reads nothing is cut off after": `${stalled.minutes} min`,
  "memory of that one, at the most": `${(stalled.bytes / 1024).toFixed(1)} KB`,
};
for (const [name, figure] of Object.entries(row)) console.log(`${name}: ${figure}`);
if (process.argv.includes("--write")) writeFileSync(README, withRow(readFileSync(README, "utf8"), row, "bench:web"));
if (requestsPerReading > MAX_REQUESTS_PER_READING) {
  console.error(`More than ${MAX_REQUESTS_PER_READING} requests for a reading`);
  process.exitCode = 1;
}
