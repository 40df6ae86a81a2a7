/** A headless Chromium, driven from outside: the package's files are loaded as they are, over HTTP. */
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadInstalled } from "../../support/installed.ts";
import type { Result } from "../suite/index.ts";
import type { Driver, Setting } from "./driver.ts";
import { versionOf } from "./programs.ts";

/** The part of playwright-core that is used here. */
interface Chromium {
  launchPersistentContext(profile: string, options: object): Promise<BrowserContext>;
}

interface BrowserContext {
  newPage(): Promise<{
    on(event: "pageerror", listener: (error: Error) => void): void;
    goto(url: string): Promise<unknown>;
    evaluate<T>(program: string): Promise<T>;
  }>;
  close(): Promise<void>;
}

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
const FLAGS = [
  // It loads nothing but this repository's own files, and in containers there often is no sandbox to be had.
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Loopback, and no name.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

export const CHROMIUM: Driver = {
  name: "Chromium",
  async find() {
    const folders = (process.env["PATH"] ?? "").split(path.delimiter);
    const named = process.env["CHROMIUM"];
    const candidates =
      named === undefined ? folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name))) : [named];
    const executable = candidates.find((file) => existsSync(file));
    if (executable === undefined) return `none of ${NAMES.join(", ")} is on the PATH, and CHROMIUM names none`;
    return { version: await versionOf(executable), run: (setting) => run(executable, setting) };
  },
};

async function run(executablePath: string, { stage, hostUrl, signal }: Setting): Promise<Result[]> {
  const { chromium } = loadInstalled("test/runtimes/releases", "playwright-core") as { chromium: Chromium };
  const profile = await mkdtemp(path.join(tmpdir(), "dexcom-share-ts-profile-"));
  try {
    const context = await chromium.launchPersistentContext(profile, {
      executablePath,
      headless: true,
      args: FLAGS,
      // By this process alone, on its way out.
      handleSIGINT: false,
      handleSIGTERM: false,
    });
    // What waits for an answer of a closed browser fails.
    const close = (): void => void context.close();
    signal.addEventListener("abort", close);
    if (signal.aborted) close();
    try {
      const imports = Object.fromEntries([...stage.entries].map(([specifier, file]) => [specifier, `/files/${file}`]));
      const head = `<!doctype html><link rel="icon" href="data:,"><script type="importmap">${JSON.stringify({ imports })}</script>`;
      await writeFile(path.join(stage.folder, "page.html"), head);
      const page = await context.newPage();
      const thrown: Result[] = [];
      page.on("pageerror", (error) => thrown.push({ name: "the page throws nothing", failure: String(error) }));
      await page.goto(`${hostUrl}/files/page.html`);
      const program = `import("/files/index.mjs").then(({ runSuite }) => runSuite(${JSON.stringify(hostUrl)}))`;
      return [...(await page.evaluate<Result[]>(program)), ...thrown];
    } finally {
      signal.removeEventListener("abort", close);
      await context.close();
    }
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 3 });
  }
}
