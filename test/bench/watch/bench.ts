/**
 * Compares `watch()` with the ways in which other clients poll: a simulated week per row, the same one in each run.
 * Another seed is another week: `npm run bench:watch -- 8`.
 */
import { measure, type Outcome } from "./measure.ts";
import { STRATEGIES } from "./strategies.ts";
import { WORLDS, type World } from "./worlds.ts";

const MAX_LOGINS_PER_DAY = 2;
const OURS = STRATEGIES[0]!;

const seed = Number(process.argv[2] ?? 7);
const rows = [["world", "strategy", "median s", "95 % s", "requests", "logins", "lost", "doubled", "disordered"]];
const shortfalls: string[] = [];
for (const world of WORLDS) {
  const ours = await measure(world, OURS, seed);
  rows.push(row(world.name, OURS.name, ours));
  shortfalls.push(...shortfallsOf(world, ours));
  for (const strategy of STRATEGIES.slice(1)) {
    const theirs = await measure(world, strategy, seed);
    rows.push(row("", strategy.name, theirs));
    const isEarlier = theirs.medianS < ours.medianS || theirs.p95S < ours.p95S;
    if (isEarlier && theirs.requestsPerReading < ours.requestsPerReading) {
      shortfalls.push(`${world.name}: "${strategy.name}" is earlier with fewer requests`);
    }
  }
}
console.log(
  `A week per row (seed ${seed}). Seconds from available to delivered; requests per reading; logins per day.\n`,
);
console.log(table(rows));
console.log(
  shortfalls.length === 0
    ? "\nwatch() does what is wanted in every row."
    : `\nShort of what is wanted:\n- ${shortfalls.join("\n- ")}`,
);

function row(world: string, strategy: string, outcome: Outcome): string[] {
  const { medianS, p95S, requestsPerReading, loginsPerDay, lost, doubled, disordered } = outcome;
  return [
    world,
    strategy,
    medianS.toFixed(1),
    p95S.toFixed(1),
    requestsPerReading.toFixed(2),
    loginsPerDay.toFixed(1),
    ...[lost, doubled, disordered].map(String),
  ];
}

function shortfallsOf({ name, wanted }: World, outcome: Outcome): string[] {
  const checks: [what: keyof Outcome, most: number][] = [
    ["medianS", wanted?.medianS ?? Infinity],
    ["requestsPerReading", wanted?.requestsPerReading ?? Infinity],
    ["loginsPerDay", MAX_LOGINS_PER_DAY],
    ["lost", 0],
    ["doubled", 0],
    ["disordered", 0],
  ];
  return checks
    .filter(([what, most]) => outcome[what] > most)
    .map(([what, most]) => `${name}: ${what} is ${outcome[what].toFixed(2)}, wanted at most ${most}`);
}

function table(cells: readonly (readonly string[])[]): string {
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((line) => line[column]!.length)));
  const lines = cells.map(
    (line) => `| ${line.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(" | ")} |`,
  );
  lines.splice(
    1,
    0,
    `|${widths.map((width, i) => (i < 2 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`,
  );
  return lines.join("\n");
}
