import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import * as zod from "zod/mini";
import * as schema from "../../src/wire/schema.ts";
import { runs } from "../support/fuzzing.ts";

/** A schema of ours, and the same one of Zod's. */
interface Pair {
  readonly ours: schema.Schema;
  readonly zods: zod.ZodMiniType;
}

const isEven = (value: unknown): boolean => typeof value === "number" && value % 2 === 0;
const KEYS = ["a", "b", "c"];
const hasMember = (object: object): boolean => KEYS.some((key) => (object as Record<string, unknown>)[key] !== null);

const isRecord = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

const LEAVES: readonly Pair[] = [
  { ours: schema.string("not a text"), zods: zod.string() },
  { ours: schema.boolean("not true or false"), zods: zod.boolean() },
  { ours: schema.int("not a number"), zods: zod.int() },
  { ours: schema.oneOf(["a", "b"], "not a or b"), zods: zod.enum(["a", "b"]) },
  { ours: schema.value(isEven, "not even"), zods: zod.custom(isEven) },
  { ours: schema.optional(schema.unknown()), zods: zod.optional(zod.unknown()) },
];

const pairs = fc.letrec<{ pair: Pair }>((tie) => ({
  pair: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(...LEAVES),
    tie("pair").map(({ ours, zods }) => ({ ours: schema.optional(ours), zods: zod.optional(zods) })),
    tie("pair").map(({ ours, zods }) => ({ ours: schema.nullish(ours), zods: zod.nullish(zods) })),
    tie("pair").map(({ ours, zods }) => ({ ours: schema.array(ours, "not a list"), zods: zod.array(zods) })),
    fc.dictionary(fc.constantFrom(...KEYS), tie("pair"), { minKeys: 1, noNullPrototype: true }).map((fields) => {
      const ourFields = Object.fromEntries(Object.entries(fields).map(([key, { ours }]) => [key, ours]));
      const zodFields = Object.fromEntries(Object.entries(fields).map(([key, { zods }]) => [key, zods]));
      return {
        ours: schema.object(ourFields, "not an object", schema.rule(hasMember, "without a member", ["a"])),
        zods: zod.object(zodFields).check(zod.refine(hasMember, { path: ["a"], when: ({ value }) => isRecord(value) })),
      };
    }),
  ),
})).pair;

const leaf = fc.oneof(
  fc.constantFrom<unknown>("a", "b", "", 0, 1, 2, 2.5, -0, 2 ** 53, true, false, null, undefined),
  fc.jsonValue({ maxDepth: 1 }),
);
const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie("value"), { noNullPrototype: true }),
  ),
})).value;

test("a schema accepts the values that Zod accepts, and finds its faults at the same places", () => {
  let accepted = 0;
  let refused = 0;
  fc.assert(
    fc.property(pairs, values, ({ ours, zods }, value) => {
      const theirs = zods.safeParse(value);
      const places = ours(value).map(({ path }) => path);
      assert.deepEqual(places, theirs.success ? [] : theirs.error.issues.map(({ path }) => path));
      if (theirs.success) accepted++;
      else refused++;
    }),
    runs(2000),
  );
  assert.ok(accepted > 100 && refused > 100, `${accepted} accepted, ${refused} refused`);
});
