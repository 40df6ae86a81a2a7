/**
 * Measures what the library costs and prints each figure beside what it may be. A size, a count or a heap over its limit
 * fails the run; a time doesn't. `npm run bench -- --write` also puts the table, without
 * the sizes, into README.md beside this file.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { measureCrowd } from "./crowd.ts";
import { measureDay } from "./day.ts";
import { isWithin, table, type Measurements } from "./figure.ts";
import { measureHeap } from "./heap.ts";
import { measureLoopback } from "./loopback.ts";
import { ON_PAGE, PROMISES } from "./promises.ts";
import { measureReads } from "./reads.ts";
import { describeMachine, README, withFigures } from "./readme.ts";
import { measureSizes } from "./sizes.ts";
import { measureStartups } from "./startup.ts";

/** What is easily disturbed first: the crowd leaves a large heap behind. */
const MEASURES: Readonly<Record<string, () => Measurements | Promise<Measurements>>> = {
  "sizes in a bundle": measureSizes,
  "starts of a process": measureStartups,
  "reads over a stub": measureReads,
  "reads over loopback": measureLoopback,
  "the heap of idle clients": measureHeap,
  "a day of polling": measureDay,
  "10,000 clients at once": measureCrowd,
};

const measurements: Measurements = {};
for (const [what, measure] of Object.entries(MEASURES)) {
  console.error(`measuring ${what}`);
  Object.assign(measurements, await measure());
}
const figures = (promises: typeof PROMISES): string => `${describeMachine()}\n\n${table(promises, measurements)}\n`;
console.log(`\n${figures(PROMISES)}`);
if (process.argv.includes("--write"))
  writeFileSync(README, withFigures(readFileSync(README, "utf8"), figures(ON_PAGE)));

const over = [...PROMISES].filter(
  ([id, promised]) => promised.isExact === true && isWithin(promised, measurements[id]!) === false,
);
if (over.length > 0) {
  console.error(`Over the limit on every machine: ${over.map(([, { name }]) => name).join("; ")}`);
  process.exitCode = 1;
}
