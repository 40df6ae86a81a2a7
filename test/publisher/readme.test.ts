import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Publisher, type PublisherErrorCode } from "../../src/publisher/index.ts";
import { Subscriber } from "../../src/subscriber/index.ts";
import { FAULTS, ROWS, type Row } from "./table.ts";

const README = readFileSync(path.join(import.meta.dirname, "../../README.md"), "utf8");

/** How the README's rows begin. */
const BEGINNINGS: Readonly<Record<Row["repetition"], string>> = {
  read: "| sent again like any read |",
  repeatable: "| sent again: twice is as good as once |",
  once: "| not sent again |",
};

const methodOf = (call: unknown): string => /\b(?:publisher|subscriber)\.(\w+)\(/.exec(String(call))![1]!;

test("the README says of each method what becomes of it where an answer was lost", () => {
  const methods = new Set(ROWS.map(({ call }) => methodOf(call)));
  const all = [Publisher, Subscriber].flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype));
  assert.deepEqual([...methods].sort(), [...new Set(all)].filter((name) => name !== "constructor").sort());
  for (const [repetition, beginning] of Object.entries(BEGINNINGS)) {
    const row = README.split("\n").find((line) => line.startsWith(beginning)) ?? "";
    // After the colon come methods to look with.
    const named = [...row.replace(/: a second one.*/, "").matchAll(/`(\w+)`/g)].map(([, name]) => name!);
    const expected = ROWS.filter((one) => one.repetition === repetition).map(({ call }) => methodOf(call));
    assert.deepEqual(named.filter((name) => methods.has(name)).sort(), [...new Set(expected)].sort(), repetition);
  }
});

test("the README explains each code of a PublisherError", () => {
  const codes = [...FAULTS.map(([, code]) => code), "OUTCOME_UNKNOWN" satisfies PublisherErrorCode];
  for (const code of codes) assert.match(README, new RegExp(`^\\| (?:\`[A-Z_]+\`, )?\`${code}\`[^|]*\\|`, "m"));
});
