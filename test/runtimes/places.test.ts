import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { ROOT } from "../support/entries.ts";
import { DRIVERS } from "./drivers/index.ts";

const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");
const NAMES = DRIVERS.map(({ name }) => name);

describe("the runtimes of the suite", () => {
  test("are those that the README claims", () => {
    const [, section = ""] = read("README.md").split("## Where it runs");
    const [, ...rows] = [...section.split("\n## ")[0]!.matchAll(/^\| ([^|]+) \|/gm)].map((row) => row[1]!);
    assert.deepEqual(
      rows.filter((row) => row !== "---"),
      NAMES,
    );
  });

  test("are those that the workflow runs, and none of them may be absent there", () => {
    const workflow = read(".github/workflows/ci.yml");
    assert.deepEqual(
      [...workflow.matchAll(/^ {10}- (.+)$/gm)].map((row) => row[1]),
      NAMES,
    );
    for (const text of [workflow, read(".ci/run")]) assert.match(text, /npm run test:runtimes -- --all/);
  });

  test("are those that package.json's engines allows", () => {
    const { engines } = JSON.parse(read("package.json")) as { engines: { node: string } };
    assert.equal(
      engines.node,
      `>=${Math.min(...NAMES.flatMap((name) => /^Node (\d+)$/.exec(name)?.[1] ?? []).map(Number))}`,
    );
  });
});
