/** The table of figures in `README.md` beside this file. */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import path from "node:path";
import { ROOT } from "../support/entries.ts";

export const README: string = path.join(ROOT, "test/bench/README.md");

const BEGIN = "<!-- The lines from here on are written by: npm run bench -- --write -->\n";
const END = "<!-- up to here -->\n";

/** The text between the marks. @throws {Error} If they are missing. */
export function figuresIn(readme: string): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END, begin);
  if (begin < 0 || end < 0) throw new Error("test/bench/README.md has no place for the figures");
  return readme.slice(begin + BEGIN.length, end);
}

/** The README with other figures. */
export function withFigures(readme: string, figures: string): string {
  return readme.replace(BEGIN + figuresIn(readme) + END, () => BEGIN + figures + END);
}

/** On what the figures were measured; nothing that tells one machine of a kind from another. */
export function describeMachine(): string {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { version: string };
  const processors = cpus();
  const { node } = process.versions;
  return `dexcom-share-ts ${version}, Node ${node}, ${process.platform} ${process.arch}, ${processors.length} × ${processors[0]!.model.trim()}.`;
}
