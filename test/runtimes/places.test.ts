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
    const README_NAMES: Readonly<Record<string, string>> = {
      Node: "Node 22 or later",
      Bun: "Bun",
      Deno: "Deno",
      workerd: "Cloudflare Workers",
      Chromium: "browsers behind a proxy",
    };
    const families = new Set(NAMES.map((name) => /^\w+/.exec(name)![0]));
    assert.deepEqual([...families], Object.keys(README_NAMES));
    const claim = read("README.md")
      .split("\n")
      .find((line) => line.includes(README_NAMES["Node"]!));
    for (const family of families) assert.ok(claim?.includes(README_NAMES[family]!), `${family} in ${claim}`);
  });

  test("are those that the workflow runs, and it fails if one is missing", () => {
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
