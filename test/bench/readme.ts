/** The tables of figures in `README.md` beside this file. */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import path from "node:path";
import { ROOT } from "../support/entries.ts";

export const README: string = path.join(ROOT, "test/bench/README.md");

const END = "<!-- up to here -->\n";

/** The line that begins the figures of a command. */
function beginOf(command: string): string {
  return `<!-- The lines from here on are written by: npm run ${command} -- --write -->\n`;
}

/** The text between the marks of a command. @throws {Error} If they are missing. */
export function figuresIn(readme: string, command = "bench"): string {
  const begin = beginOf(command);
  const start = readme.indexOf(begin);
  const end = readme.indexOf(END, start);
  if (start < 0 || end < 0) throw new Error(`test/bench/README.md has no place for the figures of ${command}`);
  return readme.slice(start + begin.length, end);
}

/** The README with other figures. */
export function withFigures(readme: string, figures: string, command = "bench"): string {
  const begin = beginOf(command);
  return readme.replace(begin + figuresIn(readme, command) + END, () => begin + figures + END);
}

/** The README with one more row in the table of a command, in the place of the row with the same name. */
export function withRow(readme: string, row: Readonly<Record<string, string>>, command: string): string {
  const names = Object.keys(row);
  const known = figuresIn(readme, command)
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(1)
    .map((line) =>
      line
        .slice(2, -2)
        .split(" | ")
        .map((cell) => cell.trim()),
    )
    .filter((cells) => cells.length === names.length);
  const mine = Object.values(row);
  const place = known.findIndex(([name]) => name === mine[0]);
  const rows = [names, ...(place < 0 ? [...known, mine] : known.with(place, mine))];
  const widths = names.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  const lines = rows.map((cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`);
  lines.splice(1, 0, `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`);
  return withFigures(readme, `${describeMachine()}\n\n${lines.join("\n")}\n`, command);
}

/** On what the figures were measured; nothing that tells one machine of a kind from another. */
export function describeMachine(): string {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { version: string };
  const processors = cpus();
  const { node } = process.versions;
  return `dexcom-share-ts ${version}, Node ${node}, ${process.platform} ${process.arch}, ${processors.length} × ${processors[0]!.model.trim()}.`;
}
