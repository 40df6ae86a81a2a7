import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Publisher, type PublisherErrorCode } from "../../src/publisher/index.ts";
import { Subscriber } from "../../src/subscriber/index.ts";
import { FAULTS, ROWS } from "./table.ts";

const FILE = path.join(import.meta.dirname, "../../src/publisher/README.md");
const GUIDE = existsSync(FILE) ? readFileSync(FILE, "utf8") : "";
const skip = GUIDE === "" && "the room has no guide yet";

const methodOf = (call: unknown): string => /\b(?:publisher|subscriber)\.(\w+)\(/.exec(String(call))![1]!;

test("the table of repetitions has each method of the publisher and the subscriber", () => {
  const methods = new Set(ROWS.map(({ call }) => methodOf(call)));
  const all = [Publisher, Subscriber].flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype));
  assert.deepEqual([...methods].sort(), [...new Set(all)].filter((name) => name !== "constructor").sort());
});

test("the guide names each method that is not sent again when its response is lost", { skip }, () => {
  const once = ROWS.filter(({ repetition }) => repetition === "once").map(({ call }) => methodOf(call));
  const missing = [...new Set(once)].filter((method) => !new RegExp(`\\b${method}\\b`).test(GUIDE));
  assert.deepEqual(missing, []);
});

test("the guide names each code of a PublisherError", { skip }, () => {
  const codes = [...FAULTS.map(([, code]) => code), "OUTCOME_UNKNOWN" satisfies PublisherErrorCode];
  assert.deepEqual(
    [...new Set(codes)].filter((code) => !GUIDE.includes(`\`${code}\``)),
    [],
  );
});
