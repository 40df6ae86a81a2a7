/** A recipe of the guide as a server of its own: a process of Node, Bun or Deno. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ROOT } from "../../support/entries.ts";
import { RECIPE_ENV } from "./account.ts";

export interface RecipeServer {
  /** Such as `http://127.0.0.1:49152`, without a slash at the end. */
  readonly origin: string;
  stop(): Promise<void>;
}

const RELEASES = "test/runtimes/releases/node_modules";

/** Folders of the packages that the recipes import. */
const PACKAGES: Readonly<Record<string, string>> = {
  "dexcom-share-ts": ".",
  srvx: "node_modules/srvx",
  express: `${RELEASES}/express`,
  hono: `${RELEASES}/hono`,
  "@hono/node-server": `${RELEASES}/@hono/node-server`,
};

const START_LIMIT_MS = 60_000;

/** Writes the files into a folder with the packages, and starts the command there. It prints its address. */
export async function startServer(
  files: Readonly<Record<string, string>>,
  command: readonly string[],
): Promise<RecipeServer> {
  const folder = mkdtempSync(path.join(tmpdir(), "dexcom-share-recipe-"));
  const dependencies = Object.fromEntries(Object.keys(PACKAGES).map((name) => [name, "*"]));
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ private: true, type: "module", dependencies }));
  for (const [name, place] of Object.entries(PACKAGES)) {
    const link = path.join(folder, "node_modules", name);
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(path.join(ROOT, place), link);
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  const child = spawn(command[0]!, command.slice(1), {
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: folder, DENO_DIR: folder, DENO_NO_UPDATE_CHECK: "1", ...RECIPE_ENV },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null && child.kill("SIGKILL")) await once(child, "close");
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    return { origin: await originOf(child), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits until the process prints its address. */
function originOf(child: ChildProcess): Promise<string> {
  let printed = "";
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(new Error(`the recipe does not serve; it printed:\n${printed}`));
    const timer = setTimeout(fail, START_LIMIT_MS);
    child.once("close", () => {
      clearTimeout(timer);
      fail();
    });
    child.once("error", reject);
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        printed += text;
        const port = /http:\/\/(?:127\.0\.0\.1|localhost):(\d+)/.exec(printed)?.[1];
        if (port === undefined) return;
        clearTimeout(timer);
        resolve(`http://127.0.0.1:${port}`);
      });
    }
  });
}
