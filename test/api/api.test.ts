import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { ENTRIES } from "../support/entries.ts";
import { describeEntries } from "./describe.ts";

const described = describeEntries(ENTRIES);

describe("the public API is the reviewed one", () => {
  for (const { id, specifier } of ENTRIES) {
    test(specifier, () => {
      const reviewed = readFileSync(path.join(import.meta.dirname, `${id}.txt`), "utf8");
      const now = described.get(id)!;
      const hint = "If that is meant: npm run api, read the diff, and tell CHANGELOG.md";
      assert.ok(now === reviewed, [`The API of ${specifier} changed.`, ...changes(reviewed, now), hint].join("\n"));
    });
  }

  test("and no entry has gone", () => {
    const files = globSync("*.txt", { cwd: import.meta.dirname });
    assert.deepEqual(files.toSorted(), ENTRIES.map(({ id }) => `${id}.txt`).toSorted());
  });
});

/** The lines that only one of the two has, roughly: a diff tells more. */
function changes(before: string, after: string): string[] {
  const [old, fresh] = [before, after].map((text) => text.split("\n")) as [string[], string[]];
  const only = (lines: string[], others: string[], mark: string): string[] =>
    lines.filter((line) => !others.includes(line)).map((line) => `${mark} ${line}`);
  return [...only(old, fresh, "-"), ...only(fresh, old, "+")];
}
