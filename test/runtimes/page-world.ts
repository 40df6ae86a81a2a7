/** A page in a real browser, on handlers and services of this process. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { listen } from "../../src/cli/serve/listen.ts";
import { Dexcom } from "../../src/index.ts";
import { ShareSimulator, type ReadingInput } from "../../src/simulator/index.ts";
import { createHandler, type WebHandlerOptions } from "../../src/web/index.ts";
import { loadInstalled } from "../support/installed.ts";
import { ROOT } from "../support/entries.ts";
import { findChromium } from "./drivers/chromium.ts";

const RELEASES = "test/runtimes/releases";
/** Folder of the screenshots. Git ignores it. */
const SCREENSHOTS = path.join(ROOT, "test/runtimes/screenshots");
/** Longest wait for the page. A busy machine needs some of it. */
const LIMIT_MS = 40_000;
export const ACCOUNT = { username: "someone@example.com", password: "secret" };
export const MINUTE_MS = 60_000;

/** The parts of playwright-core that are used here. */
export interface Page {
  goto(url: string): Promise<unknown>;
  evaluate<T>(program: string): Promise<T>;
  screenshot(options: { path: string; fullPage: boolean }): Promise<unknown>;
  setViewportSize(size: { width: number; height: number }): Promise<void>;
  on(event: string, listener: (value: any) => void): void;
  readonly keyboard: { press(key: string): Promise<void>; type(text: string): Promise<void> };
  readonly clock: {
    install(): Promise<void>;
    /** Lets the page's time pass at once, as for a laptop that slept. */
    fastForward(ms: number): Promise<void>;
  };
}

interface Context {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

export interface Browser {
  newContext(options?: object): Promise<Context>;
  close(): Promise<void>;
}

export async function launch(): Promise<Browser> {
  const { chromium } = loadInstalled(RELEASES, "playwright-core") as {
    chromium: { launch(options: object): Promise<Browser> };
  };
  return chromium.launch({
    executablePath: findChromium(),
    args: ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
  });
}

/** Opens a page, and fails if it throws, breaks its policy or sends a request to another host. */
export async function withPage(
  browser: Browser,
  { url, hasOwnTime = false }: { url: string; hasOwnTime?: boolean },
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (/Content Security Policy/.test(message.text())) faults.push(message.text());
  });
  page.on("request", (request) => {
    if (!/^(?:data:|http:\/\/127\.0\.0\.1:)/.test(request.url())) faults.push(request.url());
  });
  try {
    if (hasOwnTime) await page.clock.install();
    await page.goto(url);
    await use(page);
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
}

/** Waits until an expression is true. Not by `waitForFunction`: the policy of the page forbids its `eval`. */
export async function until(page: Page, program: string): Promise<void> {
  const endsAt = performance.now() + LIMIT_MS;
  // While one page follows another there is nothing to evaluate it in.
  const evaluate = (): Promise<boolean> => page.evaluate<boolean>(program).catch(() => false);
  while (!(await Promise.race([evaluate(), sleep(1000, false)]))) {
    assert.ok(performance.now() < endsAt, `still false: ${program}`);
    await sleep(50);
  }
}

/** Expression that is true while the page shows this figure. */
export const valueIs = (text: string): string =>
  `document.querySelector(".value")?.textContent === ${JSON.stringify(text)}`;

/** Readings of the last hours that move between 80 and 190 and end with `newest`, as old as `ageMinutes`. */
export function pastReadings(newest: number, ageMinutes = 1, hours = 24): ReadingInput[] {
  const end = Date.now() - ageMinutes * MINUTE_MS;
  return Array.from({ length: hours * 12 }, (_, index) => {
    const slot = hours * 12 - 1 - index;
    const wave = Math.round(125 + 45 * Math.sin(slot / 17) + 12 * Math.sin(slot / 5));
    const share = Math.max(0, 1 - slot / 14);
    const mgDl = slot === 0 ? newest : Math.round(wave * (1 - share) + Math.max(45, Math.min(newest, 390)) * share);
    return { mgDl, datetime: new Date(end - slot * 5 * MINUTE_MS), trend: "Flat" };
  });
}

interface ServedWorld {
  readonly url: string;
}

const closers: (() => Promise<void>)[] = [];

/** Adds what `closeWorlds` has to close. */
export function closeLater(close: () => Promise<void>): void {
  closers.push(close);
}

/** Closes everything that was opened. */
export async function closeWorlds(): Promise<void> {
  await Promise.all(closers.splice(0).map((close) => close()));
}

/** Serves a page of these readings. */
export async function serveWorld(
  readings: readonly ReadingInput[],
  options: Partial<WebHandlerOptions> = {},
): Promise<ServedWorld> {
  const simulator = new ShareSimulator({ accounts: [{ ...ACCOUNT, readings }] });
  const dexcom = new Dexcom({ ...ACCOUNT, fetch: simulator.fetch });
  const handler = createHandler({
    ...(options.sources === undefined && { source: dexcom }),
    ...(options.authorize === undefined && { public: true }),
    ...options,
  });
  const served = await listen(handler.fetch, { host: "127.0.0.1", port: 0 });
  closeLater(async () => {
    handler.close();
    await served.close();
  });
  return { url: served.url };
}

export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`), fullPage: true });
}

/** Runs axe-core in the page, and returns what it finds, as text. */
export async function findingsOfAxe(page: Page): Promise<string[]> {
  const { source } = loadInstalled(RELEASES, "axe-core") as { source: string };
  const program = `(() => { ${source}; return axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html, failureSummary }) => html.slice(0, 120) + " " + failureSummary).join("; "))) })()`;
  return page.evaluate<string[]>(program);
}
