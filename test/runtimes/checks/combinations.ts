/** The README's examples, compiled with every setting and run on every runtime. Prints a table. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { build } from "esbuild";
import { packAndInstall } from "../../package/packed.ts";
import { ROOT } from "../../support/entries.ts";
import { readmeExamples, type Example } from "../combinations/examples.ts";
import { exampleRuntimes } from "../combinations/programs.ts";
import { SETTINGS, type Kind } from "../combinations/settings.ts";

const execute = promisify(execFile);

const COMPILERS = [
  path.join(ROOT, "test/runtimes/releases/node_modules/typescript-5"),
  path.join(ROOT, "node_modules/typescript"),
];
const TYPE_TESTS = ["options", "options-strict", "sharing"];

/** Errors of one compiler, by setting. */
interface Compilation {
  readonly folder: string;
  readonly version: string;
  readonly errors: Readonly<Record<string, string>>;
}

/** Writes each example as a module of both kinds, with the type tests beside them. */
async function writeSources(folder: string, examples: readonly Example[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { name, text, isCommonJs } of examples) {
    if (isCommonJs) await writeFile(path.join(folder, `${name}.cjs`), text);
    else for (const extension of ["mts", "cts"]) await writeFile(path.join(folder, `${name}.${extension}`), text);
  }
  for (const name of TYPE_TESTS)
    for (const extension of ["mts", "cts"])
      await cp(path.join(ROOT, `test/types/${name}.ts`), path.join(folder, `types-${name}.${extension}`));
}

async function compile(consumer: string, compiler: string, index: number): Promise<Compilation> {
  const folder = `compiled-${index}`;
  const program = path.join(import.meta.dirname, "../combinations/compile.ts");
  const args = [program, compiler, path.join(consumer, "sources"), path.join(consumer, folder)];
  const { stdout } = await execute(process.execPath, args, { maxBuffer: 2 ** 25 });
  return { folder, ...(JSON.parse(stdout) as Omit<Compilation, "folder">) };
}

/** Writes the module that runs all variants of a kind. */
async function writeMain(
  consumer: string,
  { kind, compilations, examples }: { kind: Kind; compilations: readonly Compilation[]; examples: readonly Example[] },
): Promise<void> {
  const load = kind === "esm" ? "import" : "require";
  const variants = compilations.flatMap(({ folder }) =>
    SETTINGS.filter((setting) => setting.kind === kind).map(({ id }) => {
      const rows = examples.map(({ name, printed }) => {
        const file = JSON.stringify(`./${folder}/${id}/${name}.${kind === "esm" ? "mjs" : "cjs"}`);
        return `{ name: "${name}", printed: ${JSON.stringify(printed)}, load: () => ${load}(${file}) }`;
      });
      return `"${folder}/${id}": [${rows.join(", ")}]`;
    }),
  );
  const body = `({ ${variants.join(",\n")} })`;
  const text =
    kind === "esm"
      ? `import { runVariants } from "./runner.mjs";\nexport const run = () => runVariants${body};\n`
      : `const { runVariants } = require("./runner.cjs");\nexports.run = () => runVariants${body};\n`;
  await writeFile(path.join(consumer, kind === "esm" ? "main.mjs" : "main.cjs"), text);
  await build({
    entryPoints: [path.join(import.meta.dirname, "../combinations/runner.ts")],
    outfile: path.join(consumer, kind === "esm" ? "runner.mjs" : "runner.cjs"),
    bundle: true,
    packages: "external",
    format: kind,
    platform: "neutral",
    tsconfigRaw: {},
    logLevel: "silent",
  });
}

/** Runs both kinds on every runtime, two at a time. Returns the faults by runtime and variant. */
async function runAll(consumer: string): Promise<Map<string, Record<string, string>>> {
  const found = new Map<string, Record<string, string>>();
  const jobs = exampleRuntimes().flatMap((runtime) => runtime.kinds.map((kind) => ({ runtime, kind })));
  const work = async (): Promise<void> => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      const { name, run } = job.runtime;
      const faults = await run(consumer, job.kind).catch((error: unknown) => ({ [job.kind]: String(error) }));
      found.set(name, { ...found.get(name), ...faults });
    }
  };
  await Promise.all([work(), work()]);
  return found;
}

test("the README's examples compile with every setting and run on every runtime", async (t) => {
  const packed = await packAndInstall();
  t.after(() => packed.remove());
  const { consumer } = packed;
  const examples = readmeExamples();
  await writeSources(path.join(consumer, "sources"), examples);
  const compilations = await Promise.all(COMPILERS.map((compiler, index) => compile(consumer, compiler, index)));
  for (const kind of ["esm", "cjs"] as const) {
    const own = examples.filter(({ isCommonJs }) => kind === "cjs" || !isCommonJs);
    await writeMain(consumer, { kind, compilations, examples: own });
  }
  const found = await runAll(consumer);
  const runtimes = exampleRuntimes();
  const faults: string[] = [];
  const rows: Record<string, string>[] = [];
  let count = 0;
  for (const { folder, version, errors } of compilations) {
    for (const { id, resolution, kind, strictness } of SETTINGS) {
      if (errors[id] !== "") faults.push(`TypeScript ${version}, ${id}: ${errors[id]}`);
      const cells = runtimes.map(({ name, kinds }): [string, string] => {
        if (!kinds.includes(kind)) return [name, ""];
        count += 1;
        // Absent if the runtime itself failed.
        const fault = found.get(name)?.[`${folder}/${id}`] ?? found.get(name)?.[kind] ?? "not run";
        if (fault !== "") faults.push(`${name}, TypeScript ${version}, ${id}: ${fault}`);
        return [name, fault === "" ? "ok" : "FAIL"];
      });
      rows.push({ TypeScript: version, resolution, kind, strictness, ...Object.fromEntries(cells) });
    }
  }
  console.table(rows);
  console.log(`${count} combinations of runtime, module kind and TypeScript setting`);
  assert.deepEqual(faults, []);
  assert.ok(count >= 40);
});
