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
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

interface Page {
  on(event: "pageerror", listener: (error: Error) => void): void;
  goto(url: string): Promise<unknown>;
  evaluate<T>(program: string): Promise<T>;
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
    const executable = findChromium();
    if (executable === undefined) return `none of ${NAMES.join(", ")} is on the PATH, and CHROMIUM names none`;
    return { version: await versionOf(executable), run: (setting) => run(executable, setting) };
  },
};

/** Returns the path of the browser that `CHROMIUM` names, or of the first on the `PATH`. */
export function findChromium(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  const named = process.env["CHROMIUM"];
  const candidates =
    named === undefined ? folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name))) : [named];
  return candidates.find((file) => existsSync(file));
}

function run(executable: string, { stage, hostUrl, signal }: Setting): Promise<Result[]> {
  return withPage(executable, signal, async (page) => {
    const imports = Object.fromEntries([...stage.entries].map(([specifier, file]) => [specifier, `/files/${file}`]));
    const head = `<!doctype html><link rel="icon" href="data:,"><script type="importmap">${JSON.stringify({ imports })}</script>`;
    await writeFile(path.join(stage.folder, "page.html"), head);
    const thrown: Result[] = [];
    page.on("pageerror", (error) => thrown.push({ name: "the page throws nothing", failure: String(error) }));
    await page.goto(`${hostUrl}/files/page.html`);
    const program = `import("/files/index.mjs").then(({ runSuite }) => runSuite(${JSON.stringify(hostUrl)}))`;
    return [...(await page.evaluate<Result[]>(program)), ...thrown];
  });
}

/** Gives `use` a page, and closes the browser afterwards or when `signal` aborts. */
export async function withPage<T>(
  executablePath: string,
  signal: AbortSignal,
  use: (page: Page) => Promise<T>,
): Promise<T> {
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
    // A call of a closed browser rejects.
    const close = (): void => void context.close();
    signal.addEventListener("abort", close);
    if (signal.aborted) close();
    try {
      return await use(await context.newPage());
    } finally {
      signal.removeEventListener("abort", close);
      await context.close();
    }
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 3 });
  }
}
