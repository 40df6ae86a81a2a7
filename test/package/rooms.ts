/** How the modules of src/ import each other. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { ROOT } from "../support/entries.ts";

const SRC = path.join(ROOT, "src");

/** Every module of src/ with the modules that it imports, types too: a cycle of types is a cycle to whoever reads it. */
export function importsOfSrc(): Map<string, readonly string[]> {
  const modules = globSync("**/*.ts", { cwd: SRC }).map((file) => file.split(path.sep).join("/"));
  return new Map(
    modules.map((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(path.join(SRC, file), "utf8"), true, true);
      const own = importedFiles.map(({ fileName }) => fileName).filter((name) => name.startsWith("."));
      return [file, own.map((name) => path.posix.join(path.posix.dirname(file), name))];
    }),
  );
}

/** Modules that import each other in a ring, such as `a.ts → b.ts → a.ts`; `undefined` if there are none. */
export function findCycle(imports: ReadonlyMap<string, readonly string[]>): string | undefined {
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): string | undefined => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file].join(" → ");
    if (done.has(file)) return undefined;
    for (const next of imports.get(file) ?? []) {
      const found = visit(next, [...trail, file]);
      if (found !== undefined) return found;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const found = visit(file, []);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Imports that climb, such as `wire/dates.ts → transport.ts`, given the floors' rooms from the ground up. */
export function climbingImports(
  imports: ReadonlyMap<string, readonly string[]>,
  floors: readonly (readonly string[])[],
): string[] {
  const floorOf = (file: string): number => {
    const room = file.split("/")[0]!.replace(/\.ts$/, "");
    const floor = floors.findIndex((rooms) => rooms.includes(room));
    assert.ok(floor >= 0, `${room} has no floor: add it to FLOORS in eslint.config.js`);
    return floor;
  };
  return [...imports].flatMap(([file, others]) => {
    const floor = floorOf(file);
    return others.filter((other) => floorOf(other) > floor).map((other) => `${file} → ${other}`);
  });
}

export function checkNoCycle(): void {
  const imports = importsOfSrc();
  assert.ok(imports.size > 20, "the modules of src/ were not found");
  assert.equal(findCycle(imports), undefined);
}

/** The same table that the linter's rule reads. */
export async function checkFloors(): Promise<void> {
  const { FLOORS } = (await import(path.join(ROOT, "eslint.config.js"))) as { FLOORS: readonly (readonly string[])[] };
  assert.deepEqual(climbingImports(importsOfSrc(), FLOORS), []);
}
