/** The package's entries. Whatever is held for each of them (size, reach, types, signatures) walks this table. */
import { readFileSync } from "node:fs";
import path from "node:path";

export const ROOT: string = path.join(import.meta.dirname, "../..");

interface Held {
  /**
   * Recorded size, minified and gzip -9, of what `imports` pulls into an application's bundle. The package check fails
   * when an entry is larger by more than `SIZE_TOLERANCE`: a commit that means it records the new size here.
   */
  readonly bytes: number;
  /** Limit that no commit may raise on the way. */
  readonly maxBytes?: number;
  /** Limit for what the entry adds to the bundle of an application that has `Dexcom` already. */
  readonly maxBytesBesideReader?: number;
  /** Further entries that this application has. */
  readonly beside?: readonly string[];
  /** The names imported for that; default all. */
  readonly imports?: readonly string[];
  /** Where it runs. What runs everywhere reaches no builtin of Node. */
  readonly runsOn: "everywhere" | "node";
}

/** Part of its recorded size by which an entry may grow. */
export const SIZE_TOLERANCE = 0.02;

/** One line an entry: a subpath in package.json without one is an error, and so is a line without a subpath. */
const PROMISES: Readonly<Record<string, Held>> = {
  ".": { runsOn: "everywhere", imports: ["Dexcom"], bytes: 16_265 },
  "./alarms": { runsOn: "everywhere", bytes: 10_924 },
  // With the reader and `poll()`, without BullMQ.
  "./fleet": { runsOn: "node", bytes: 24_981, maxBytesBesideReader: 6_144, beside: ["./poll", "./redis"] },
  "./poll": { runsOn: "everywhere", bytes: 9_729, maxBytesBesideReader: 2_048 },
  "./nightscout": { runsOn: "everywhere", bytes: 12_157, maxBytesBesideReader: 6_144 },
  "./publisher": { runsOn: "everywhere", bytes: 17_920 },
  "./subscriber": { runsOn: "everywhere", bytes: 15_523 },
  "./file": { runsOn: "node", bytes: 6_966 },
  "./redis": { runsOn: "everywhere", bytes: 5_542 },
  "./store": { runsOn: "everywhere", bytes: 5_321 },
  "./chart": { runsOn: "everywhere", bytes: 9_982, maxBytes: 12_288 },
  "./simulator": { runsOn: "everywhere", bytes: 21_050 },
  "./simulator/node": { runsOn: "node", bytes: 2_402 },
  "./statistics": { runsOn: "everywhere", bytes: 5_821, maxBytes: 6_144 },
  "./web": { runsOn: "everywhere", bytes: 38_318, maxBytes: 46_080 },
  "./archive": { runsOn: "everywhere", bytes: 3_776, maxBytes: 4_096 },
  "./archive/sqlite": { runsOn: "node", bytes: 4_863 },
  "./archive/redis": { runsOn: "everywhere", bytes: 3_000 },
  "./archive/csv": { runsOn: "everywhere", bytes: 4_028 },
};

export interface Entry extends Held {
  /** As in package.json, such as `./simulator/node`. */
  readonly subpath: string;
  /** What one imports, such as `dexcom-share-ts/simulator/node`. */
  readonly specifier: string;
  /** For file names, such as `simulator-node`. */
  readonly id: string;
  /** Its files in the package. */
  readonly files: { readonly esm: string; readonly cjs: string; readonly esmTypes: string; readonly cjsTypes: string };
  /** Its module in src, from the repository's root. */
  readonly source: string;
}

type Conditions = Readonly<Record<"import" | "require", Readonly<Record<"types" | "default", string>>>>;

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, Conditions | string>>;
}

export const ENTRIES: readonly Entry[] = readEntries();

function readEntries(): Entry[] {
  const { name, exports } = readJson("package.json") as unknown as Manifest;
  const { compilerOptions } = readJson("tsconfig.json") as { compilerOptions: { paths: Record<string, string[]> } };
  const entries = Object.entries(exports).flatMap(([subpath, conditions]): Entry[] => {
    if (typeof conditions === "string") return [];
    const specifier = path.posix.join(name, subpath);
    const promise = PROMISES[subpath];
    const source = compilerOptions.paths[specifier]?.[0];
    if (promise === undefined) throw new Error(`${subpath} needs a line in test/support/entries.ts`);
    if (source === undefined) throw new Error(`${specifier} needs a line in the paths of tsconfig.json`);
    const { import: esm, require: cjs } = conditions;
    const inPackage = (file: string): string => path.posix.normalize(file);
    const files = {
      esm: inPackage(esm.default),
      cjs: inPackage(cjs.default),
      esmTypes: inPackage(esm.types),
      cjsTypes: inPackage(cjs.types),
    };
    const id = subpath === "." ? "index" : subpath.slice(2).replaceAll("/", "-");
    return [{ ...promise, subpath, specifier, id, files, source: inPackage(source) }];
  });
  const gone = Object.keys(PROMISES).filter((subpath) => !(subpath in exports));
  if (gone.length > 0)
    throw new Error(`test/support/entries.ts names what package.json does not export: ${gone.join(", ")}`);
  return entries;
}

function readJson(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path.join(ROOT, file), "utf8")) as Record<string, unknown>;
}
