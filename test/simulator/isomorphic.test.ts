import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";

const ROOM = new URL("../../src/simulator/", import.meta.url);
/** All that the simulator may have from outside its own room. */
const SHARED = ["clock.ts", "errors.ts", "nearest.ts", "region.ts", "glucose/trend.ts", "validate.ts"].map(
  (name) => new URL(`../${name}`, ROOM).href,
);

const COMMENTS = /\/\*[^]*?\*\/|\/\/.*$/gm;

/** Every module that `entry` reaches, with its code. */
async function reach(entry: URL, found: Map<string, string> = new Map()): Promise<Map<string, string>> {
  if (found.has(entry.href)) return found;
  const text = (await readFile(entry, "utf8")).replace(COMMENTS, "");
  found.set(entry.href, text);
  for (const [, specifier] of text.matchAll(/(?:\bfrom\s|\bimport\s*\(?)\s*"([^"]+)"/g)) {
    assert.match(specifier ?? "", /^\.\.?\/.*\.ts$/, `${entry.pathname} imports ${specifier}`);
    await reach(new URL(specifier ?? "", entry), found);
  }
  return found;
}

describe("the simulator's room", () => {
  test("reaches no builtin of Node, no Buffer and no process", async () => {
    const modules = await reach(new URL("index.ts", ROOM));
    assert.ok(modules.size > 20);
    for (const [name, text] of modules) {
      assert.doesNotMatch(text, /\b(?:Buffer|process|require|__dirname)\b/, name);
    }
  });

  test("takes nothing of the client but the vocabulary", async () => {
    for (const name of (await reach(new URL("index.ts", ROOM))).keys()) {
      assert.ok(name.startsWith(ROOM.href) || SHARED.includes(name), name);
    }
  });
});
