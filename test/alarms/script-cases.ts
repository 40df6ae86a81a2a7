import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AlarmRules } from "../../src/alarms/index.ts";
import { Script } from "./script.ts";

/** The events that a script of readings leads to under some rules. */
type Case = readonly [title: string, rules: AlarmRules, steps: string, events: readonly string[]];

/** Adds a suite for each topic, and a test for each of its cases. */
export function testCases(table: Readonly<Record<string, readonly Case[]>>): void {
  for (const [topic, cases] of Object.entries(table)) {
    describe(topic, () => {
      for (const [title, rules, steps, events] of cases) {
        test(title, () => assert.deepEqual(Script.lines(rules, steps), events));
      }
    });
  }
}
