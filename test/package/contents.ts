/** What is in the tarball, looked at without running it. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { ENTRIES, ROOT } from "../support/entries.ts";
import type { PackedPackage } from "./packed.ts";

const ALWAYS = ["package.json", "README.md", "LICENSE", "CHANGELOG.md", "dist/THIRD-PARTY-LICENSES.txt"];
const BUILT = /^dist\/[\w/-]+\.(js|cjs|js\.map|cjs\.map|d\.ts|d\.cts)$/;

const GUIDE = /^src\/([\w-]+\/)+README\.md$|^src\/wire\/PROTOCOL\.md$/;

/** Limit for the tarball: 360 KB for the client, the sharing calls and the simulator, and 40 KB for each later capability. */
const MAX_TARBALL_BYTES = 360 * 1024;
const BYTES_PER_CAPABILITY = 40 * 1024;
const LATER_CAPABILITIES: readonly string[] = [
  "./archive",
  "./statistics",
  "./chart",
  "./alarms",
  "./nightscout",
  "./web",
  "./fleet",
  "./poll",
];

/** What names files of the package in package.json. */
const TARGETS = ["exports", "main", "module", "types", "typesVersions", "bin"];

/** A line of a file that passes on what another exports, in either kind of module. */
const EXPORTING =
  /^(export .* from .*|import '.*|require\('.*'\);|'use strict';|var \w+ = require\(.*\);|Object\.defineProperty\(exports, "\w+", \{| {2}enumerable: true,| {2}get: function \(\) \{ return \w+\.\w+; \}|\}\);|\/\/.*|)$/;

interface SourceMap {
  readonly sources: readonly string[];
  readonly sourcesContent?: unknown;
}

export function checkFiles({ files }: PackedPackage): void {
  const stray = files.filter((file) => !ALWAYS.includes(file) && !BUILT.test(file) && !GUIDE.test(file));
  assert.deepEqual(stray, [], `not meant to be packed: ${stray.join(", ")}`);
  const missing = ALWAYS.filter((file) => !files.includes(file));
  assert.deepEqual(missing, [], `missing from the package: ${missing.join(", ")}`);
}

export async function checkTarballSize({ tarball }: PackedPackage): Promise<string> {
  const { size } = await stat(tarball);
  const later = ENTRIES.filter(({ subpath }) => LATER_CAPABILITIES.includes(subpath)).length;
  const limit = MAX_TARBALL_BYTES + later * BYTES_PER_CAPABILITY;
  const said = `${size} of ${limit} bytes`;
  assert.ok(size <= limit, said);
  return said;
}

export async function checkManifest({ files, folder }: PackedPackage): Promise<void> {
  const manifest = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")) as Record<string, unknown>;
  for (const key of ["dependencies", "optionalDependencies", "bundleDependencies"]) {
    assert.deepEqual(Object.keys(manifest[key] ?? {}), [], `package.json has ${key}`);
  }
  const meta = (manifest["peerDependenciesMeta"] ?? {}) as Record<string, { optional?: boolean }>;
  for (const peer of Object.keys(manifest["peerDependencies"] ?? {})) {
    assert.equal(meta[peer]?.optional, true, `package.json asks for ${peer}, which only those need who use it`);
  }
  const scripts = manifest["scripts"] as Record<string, string>;
  for (const hook of ["preinstall", "install", "postinstall"])
    assert.ok(!(hook in scripts), `runs a script at ${hook}`);
  for (const target of leaves(TARGETS.map((key) => manifest[key]))) {
    assert.ok(files.includes(target.replace(/^\.\//, "")), `package.json points at ${target}, which isn't packed`);
  }
}

/** Resolvers older than `exports` find a subpath's types by `typesVersions`: each must be there. */
export async function checkTypesVersions({ folder }: PackedPackage): Promise<void> {
  const manifest = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")) as Record<string, unknown>;
  const wanted = ENTRIES.filter(({ subpath }) => subpath !== ".").map(
    ({ subpath, files }) => [subpath.slice(2), [`./${files.esmTypes}`]] as const,
  );
  assert.deepEqual(manifest["typesVersions"], { "*": Object.fromEntries(wanted) });
}

/** Every string in a value, however deep. */
function leaves(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leaves) : [];
}

export async function checkSourceMaps(packed: PackedPackage): Promise<void> {
  for (const [mapPath, map] of await readSourceMaps(packed)) {
    const code = await readFile(path.join(packed.folder, mapPath.replace(/\.map$/, "")), "utf8");
    // An entry that only passes on what chunks export has no code of its own.
    const isOnlyExports = code.split("\n").every((line) => EXPORTING.test(line));
    assert.ok(isOnlyExports || map.sources.length > 0, `${mapPath} names no source`);
    assert.equal(map.sourcesContent, undefined, `${mapPath} carries its sources`);
    for (const source of map.sources) {
      assert.ok(
        !path.isAbsolute(source) && !source.includes(":"),
        `${mapPath} names a path of this machine: ${source}`,
      );
      // Relative to the repository, from where the map's own relative paths were made.
      const original = path.join(ROOT, path.dirname(mapPath), source);
      assert.ok(existsSync(original), `${mapPath} names ${source}, which doesn't exist`);
    }
  }
}

/** The maps of all built files, each found by the comment at the file's end. */
async function readSourceMaps({ files, folder }: PackedPackage): Promise<[string, SourceMap][]> {
  const scripts = files.filter((file) => /\.c?js$/.test(file));
  return Promise.all(
    scripts.map(async (script): Promise<[string, SourceMap]> => {
      const comments = [
        ...(await readFile(path.join(folder, script), "utf8")).matchAll(/^\/\/# sourceMappingURL=(.+)$/gm),
      ];
      assert.equal(comments.length, 1, `${script} names ${comments.length} source maps`);
      const mapPath = path.posix.join(path.posix.dirname(script), comments[0]![1]!);
      assert.ok(files.includes(mapPath), `${script} names ${mapPath}, which isn't packed`);
      return [mapPath, JSON.parse(await readFile(path.join(folder, mapPath), "utf8")) as SourceMap];
    }),
  );
}

/** A module that is bundled twice is two modules: its classes are strangers to each other, its state is not shared. */
export async function checkNothingTwice(packed: PackedPackage): Promise<void> {
  const seen = new Map<string, string>();
  for (const [mapPath, map] of await readSourceMaps(packed)) {
    const format = path.extname(mapPath.replace(/\.map$/, ""));
    for (const source of map.sources) {
      const original = path.posix.join(path.posix.dirname(mapPath), source);
      const other = seen.get(`${format} ${original}`);
      assert.equal(other, undefined, `${original} is in ${other ?? ""} and in ${mapPath}`);
      seen.set(`${format} ${original}`, mapPath);
    }
  }
}

export async function checkLicences(packed: PackedPackage): Promise<void> {
  const shipped = await readFile(path.join(packed.folder, "dist/THIRD-PARTY-LICENSES.txt"), "utf8");
  const sources = (await readSourceMaps(packed)).flatMap(([, map]) => map.sources);
  const bundled = new Set(sources.flatMap((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? []));
  assert.ok(bundled.has("commander"), "commander is not bundled");
  for (const name of bundled) {
    const licence = (await readFile(path.join(ROOT, "node_modules", name, "LICENSE"), "utf8")).trim();
    assert.ok(shipped.includes(licence), `the package contains code of ${name} but not its licence`);
  }
}

/** Each file of an import costs Node half a millisecond: the reader's own names one other, which is all there is. */
export async function checkFewFiles({ folder }: PackedPackage, entry: string): Promise<void> {
  const { metafile } = await build({
    entryPoints: [path.join(folder, entry)],
    bundle: true,
    write: false,
    metafile: true,
  });
  const files = Object.keys(metafile.inputs);
  assert.equal(files.length, 2, `${entry} loads ${files.join(", ")}`);
}

/** Follows an entry's imports through dist; what leaves dist is a builtin of Node or a dependency. */
export async function checkReach({ folder }: PackedPackage, entry: string): Promise<void> {
  const outside = new Set<string>();
  await build({
    entryPoints: [path.join(folder, entry)],
    bundle: true,
    write: false,
    logLevel: "silent",
    plugins: [
      {
        name: "note what is outside",
        setup({ onResolve }) {
          onResolve({ filter: /^[^.]/ }, ({ path: name, kind }) => {
            if (kind === "entry-point") return undefined;
            outside.add(name);
            return { external: true };
          });
        },
      },
    ],
  });
  assert.deepEqual([...outside], [], `${entry} reaches ${[...outside].join(", ")}`);
}
