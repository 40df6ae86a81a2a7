/** Runs the compiled examples on one runtime after the other. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { installedCommand } from "../../support/installed.ts";
import { findChromium, withPage } from "../drivers/chromium.ts";
import { COMPATIBILITY_DATE } from "../drivers/workerd.ts";
import { startHost } from "../host.ts";
import { startMiniflare } from "../miniflare.ts";
import type { Kind } from "./settings.ts";

const execute = promisify(execFile);
const bin = (name: string): string => installedCommand("test/runtimes/releases", name);
const node = (release: string): string =>
  path.join(import.meta.dirname, `../releases/node_modules/node-${release}/bin/node`);

/** Faults by variant. */
type Faults = Readonly<Record<string, string>>;

/** A runtime, and how it runs `main.mjs` or `main.cjs` of a folder. */
interface ExampleRuntime {
  readonly name: string;
  readonly kinds: readonly Kind[];
  readonly run: (folder: string, kind: Kind) => Promise<Faults>;
}

function program(name: string, ...command: string[]): ExampleRuntime {
  return {
    name,
    kinds: ["esm", "cjs"],
    async run(folder, kind) {
      const file = kind === "esm" ? "program.mjs" : "program.cjs";
      const imported = kind === "esm" ? 'import { run } from "./main.mjs";' : 'const { run } = require("./main.cjs");';
      const text = `${imported}\nrun().then((faults) => {\n  console.log(JSON.stringify(faults));\n  process.exit();\n});\n`;
      await writeFile(path.join(folder, file), text);
      const { stdout } = await execute(command[0]!, [...command.slice(1), file], { cwd: folder, timeout: 120_000 });
      return JSON.parse(stdout) as Faults;
    },
  };
}

/** Bundles the examples, as an application for a Worker or a browser is. */
async function bundle(folder: string, entry: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: folder },
    bundle: true,
    format: "esm",
    platform: "neutral",
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0]!.text;
}

const WORKERD: ExampleRuntime = {
  name: "workerd",
  kinds: ["esm"],
  async run(folder) {
    const entry =
      'import { run } from "./main.mjs";\nexport default { fetch: async () => Response.json(await run()) };';
    const workerd = startMiniflare({
      modules: true,
      script: await bundle(folder, entry),
      compatibilityDate: COMPATIBILITY_DATE,
    });
    try {
      return (await (await workerd.dispatchFetch("http://worker.invalid/")).json()) as Faults;
    } finally {
      await workerd.dispose();
    }
  },
};

function chromium(executable: string): ExampleRuntime {
  return {
    name: "Chromium",
    kinds: ["esm"],
    async run(folder) {
      await writeFile(path.join(folder, "bundle.mjs"), await bundle(folder, 'export { run } from "./main.mjs";'));
      await writeFile(path.join(folder, "page.html"), '<!doctype html><link rel="icon" href="data:,">');
      const host = await startHost(folder);
      try {
        return await withPage(executable, AbortSignal.timeout(120_000), async (page) => {
          await page.goto(`${host.url}/files/page.html`);
          return page.evaluate<Faults>('import("/files/bundle.mjs").then(({ run }) => run())');
        });
      } finally {
        await host.close();
      }
    },
  };
}

/** Without Chromium if there is none: the suite says so. */
export function exampleRuntimes(): ExampleRuntime[] {
  const executable = findChromium();
  return [
    program("Node 22", node("22")),
    program("Node 24", process.execPath),
    program("Node 26", node("26")),
    program("Bun", bin("bun"), "--no-install"),
    program("Deno", bin("deno"), "run", "--no-lock", "--cached-only", "--node-modules-dir=manual", "--allow-all"),
    WORKERD,
    ...(executable === undefined ? [] : [chromium(executable)]),
  ];
}
