/** The runtime of Cloudflare Workers, with and without its layer of Node compatibility. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { loadInstalled } from "../../support/installed.ts";
import { startMiniflare } from "../miniflare.ts";
import type { Stage } from "../stage.ts";
import type { Result } from "../suite/index.ts";
import type { Driver, Setting } from "./driver.ts";

/** With earlier ones workerd calls rejections unhandled that are handled a moment later. */
export const COMPATIBILITY_DATE = "2026-07-30";

/** Reads the release that miniflare runs. */
function versionOfWorkerd(): string {
  const manifest = loadInstalled("test/runtimes/releases", "workerd/package.json") as { readonly version: string };
  return manifest.version;
}

const workerd = (name: string, flags: string[]): Driver => ({
  name,
  find: async () => ({ version: versionOfWorkerd(), run: (setting) => run(setting, flags) }),
});

export const WORKERD: readonly Driver[] = [
  workerd("workerd", ["no_nodejs_compat"]),
  workerd("workerd, nodejs_compat", ["nodejs_compat"]),
];

async function run({ stage, hostUrl, signal }: Setting, compatibilityFlags: string[]): Promise<Result[]> {
  const miniflare = startMiniflare({
    modules: await modulesOf(stage),
    compatibilityDate: COMPATIBILITY_DATE,
    compatibilityFlags,
    bindings: { HOST: hostUrl },
  });
  const dispose = (): void => void miniflare.dispose();
  signal.addEventListener("abort", dispose);
  try {
    await miniflare.ready;
    const get: Get = async (place) => (await miniflare.dispatchFetch(`http://worker.invalid/${place}`)).text();
    const text = await get("suite");
    const results = text.startsWith("[") ? (JSON.parse(text) as Result[]) : [{ name: "the suite runs", failure: text }];
    return [
      ...results,
      ...(await Promise.all([outlive("in memory", "kept", get), outlive("in a store", "stored", get)])),
    ];
  } finally {
    signal.removeEventListener("abort", dispose);
    await miniflare.dispose();
  }
}

/** On a quiet machine the second reads: a login that is stuck is given up a second after its deadline. */
const MOST_READS = 3;

type Get = (place: string) => Promise<string>;

/**
 * A client at module scope: the request that began its login ends before the login settles, and with the request what it
 * waited for. The next one may wait in vain until its deadline, but it ends; and soon after they read again.
 */
async function outlive(where: string, client: string, get: Get): Promise<Result> {
  const name = `worker: a login whose request has ended holds up no later request for good, with the session ${where}`;
  const given = [await get(`${client}/leave`)];
  const isFigure = (): boolean => /^\d+$/.test(given.at(-1)!);
  while (given.length <= MOST_READS && !isFigure()) given.push(await get(`${client}/read`));
  const isWell = given[0] === "left" && isFigure() && given.slice(1, -1).every((text) => text === "DEADLINE_EXCEEDED");
  return { name, isExtra: true, ...(!isWell && { failure: `they gave ${given.join(", ")}` }) };
}

/** The suite, and the package's modules under the names by which they import each other. */
async function modulesOf({
  folder,
  suite,
  entries,
  modules,
}: Stage): Promise<{ type: "ESModule"; path: string; contents: string }[]> {
  const files = ["worker.mjs", ...suite.filter((file) => file !== "worker.mjs"), ...modules];
  const asTheyAre = files.map(async (file) => ({
    type: "ESModule" as const,
    path: file,
    contents: await readFile(path.join(folder, file), "utf8"),
  }));
  // A Worker knows no node_modules: a module of the entry's name leads to its file.
  const names = [...entries].map(([specifier, file]) => {
    const climb = "../".repeat(specifier.split("/").length - 1) || "./";
    return { type: "ESModule" as const, path: specifier, contents: `export * from "${climb}${file}";` };
  });
  return [...(await Promise.all(asTheyAre)), ...names];
}
