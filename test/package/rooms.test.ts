import assert from "node:assert/strict";
import { test } from "node:test";
import { checkFloors, checkNoCycle, climbingImports, findCycle } from "./rooms.ts";

test("no module of src imports itself by a detour", checkNoCycle);

test("no module of src imports from a higher floor", checkFloors);

test("a cycle is found wherever it begins, and named without what leads to it", () => {
  const imports = new Map([
    ["a.ts", ["b.ts", "c.ts"]],
    ["b.ts", ["c.ts"]],
    ["c.ts", ["d.ts"]],
    ["d.ts", []],
  ]);
  assert.equal(findCycle(imports), undefined);
  assert.equal(findCycle(new Map([...imports, ["d.ts", ["b.ts"]]])), "b.ts → c.ts → d.ts → b.ts");
  assert.equal(findCycle(new Map([["a.ts", ["a.ts"]]])), "a.ts → a.ts");
});

test("an import that climbs is named, and a room without a floor is reported", () => {
  const floors = [["errors"], ["wire"], ["dexcom"]];
  const imports = new Map([
    ["wire/ids.ts", ["errors.ts", "wire/dates.ts"]],
    ["errors.ts", ["wire/ids.ts"]],
    ["dexcom.ts", ["wire/ids.ts"]],
  ]);
  assert.deepEqual(climbingImports(imports, floors), ["errors.ts → wire/ids.ts"]);
  assert.throws(() => climbingImports(new Map([["new.ts", []]]), floors), /new has no floor/);
  assert.throws(() => climbingImports(new Map([["errors.ts", ["new.ts"]]]), floors), /new has no floor/);
});
