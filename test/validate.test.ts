import assert from "node:assert/strict";
import { test } from "node:test";
import { ArgumentError } from "../src/errors.ts";
import * as validate from "../src/validate.ts";

const RANGE = { min: 1, max: 1440 };

const REFUSED: readonly (readonly [name: string, check: () => unknown, message: string])[] = [
  ...[0, 1441, 1.5, NaN, "5", null, undefined, 2 ** 60].map(
    (value) =>
      [
        `checkInteger of ${String(value)}`,
        () => validate.checkInteger("minutes", value, RANGE),
        "minutes must be a whole number from 1 to 1440",
      ] as const,
  ),
  ...[0, -1, NaN, Infinity, null, "5"].map(
    (value) =>
      [
        `checkMilliseconds of ${String(value)}`,
        () => validate.checkMilliseconds("timeoutMs", value as number, { fallback: 7 }),
        "timeoutMs must be a number, 1 or more",
      ] as const,
  ),
  ["checkBoolean of a string", () => validate.checkBoolean("confirm", "yes"), "confirm must be true or false"],
  ["checkText of spaces", () => validate.checkText("name", " \n"), "name must be a non-empty string"],
  ["checkText of a number", () => validate.checkText("name", 1), "name must be a non-empty string"],
  ...[new Date(NaN), "2026-01-01", 0.5, null].map(
    (value) =>
      [
        `checkInstant of ${String(value)}`,
        () => validate.checkInstant("since", value),
        "since must be a Date, or whole milliseconds since the Unix epoch",
      ] as const,
  ),
  ...[null, "get", { get: 1, set() {} }, { get() {} }].map(
    (value) =>
      [
        `checkMethods of ${JSON.stringify(value)}`,
        () => validate.checkMethods("cache", value, ["get", "set"]),
        "cache must have the methods get,set",
      ] as const,
  ),
  ...[null, { signal: "x" }, { signal: {} }, { signal: 1 }].map(
    (value) =>
      [
        `checkSignal of ${JSON.stringify(value)}`,
        () => validate.checkSignal(value as never),
        "signal must be an AbortSignal",
      ] as const,
  ),
];

for (const [name, check, message] of REFUSED) {
  test(`${name} throws an ArgumentError that names the argument`, () => {
    assert.throws(check, (error) => error instanceof ArgumentError && error.message === message);
  });
}

test("valid arguments are returned as they are", () => {
  const { signal } = new AbortController();
  assert.equal(validate.checkInteger("minutes", 1, RANGE), 1);
  assert.equal(validate.checkInteger("minutes", 1440, RANGE), 1440);
  assert.equal(validate.checkMilliseconds("timeoutMs", 0.5, { fallback: 7, min: 0 }), 0.5);
  assert.equal(validate.checkMilliseconds("timeoutMs", undefined, { fallback: 7 }), 7);
  assert.equal(validate.checkBoolean("confirm", false), false);
  assert.equal(validate.checkText("name", " a "), " a ");
  assert.equal(validate.checkInstant("since", new Date(5)), 5);
  assert.equal(validate.checkInstant("since", -5), -5);
  assert.equal(validate.checkMethods("cache", { get() {}, set() {} }, ["get", "set"]), undefined);
  assert.equal(validate.checkSignal({ signal }), signal);
  assert.equal(validate.checkSignal({}), undefined);
});

test("assertArgument throws the message for a falsy condition only", () => {
  validate.assertArgument(1, "x");
  assert.throws(() => validate.assertArgument("", "x must be y"), { name: "ArgumentError", message: "x must be y" });
});
