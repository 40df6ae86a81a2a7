/** The page in a real browser. Run by `npm run test:runtimes`; the screenshots are in test/runtimes/screenshots. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { listen } from "../../../src/cli/serve/listen.ts";
import { createAlarms } from "../../../src/alarms/index.ts";
import { MemoryArchive } from "../../../src/archive/index.ts";
import { Dexcom } from "../../../src/index.ts";
import { ShareSimulator, type ReadingInput } from "../../../src/simulator/index.ts";
import { bearer, createHandler } from "../../../src/web/index.ts";
import {
  ACCOUNT,
  closeWorlds,
  findingsOfAxe,
  launch,
  MINUTE_MS,
  pastReadings,
  serveWorld,
  shoot,
  until,
  valueIs,
  withPage,
} from "../page-world.ts";
import type { Browser } from "../page-world.ts";

let browser: Browser;

before(async () => {
  browser = await launch();
});
after(() => browser.close());
afterEach(closeWorlds);

describe("the page in Chromium", () => {
  it("paints the figure at once", async (context) => {
    const world = await serveWorld(pastReadings(126, 4));
    await withPage(browser, { url: world.url }, async (page) => {
      await until(page, valueIs("126"));
      const paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0";
      await until(page, `(${paint}) > 0`);
      context.diagnostic(`first contentful paint after ${Math.round(await page.evaluate<number>(paint))} ms`);
    });
  });

  for (const [name, readings, text] of [
    ["stale", () => pastReadings(140, 25), /^last 140 · 2\d min ago · no data$/],
    ["stale-low", () => pastReadings(52, 25), /^last 52 · 2\d min ago · no data$/],
    ["low", () => pastReadings(39), /^(?:just now|\d min ago)$/],
    ["high", () => pastReadings(262), /^(?:just now|\d min ago)$/],
    ["usual", () => pastReadings(126), /^(?:just now|\d min ago)$/],
    ["empty", () => [], /^$/],
  ] as const) {
    it(`is without a finding of axe-core and no wider than the screen: ${name}`, async () => {
      const alarms = createAlarms({ urgentLow: true }, { unit: "mg/dL" });
      const world = await serveWorld(readings(), { alarms });
      for (const theme of name === "usual" ? ["light", "dark", "night"] : ["light", "night"]) {
        await withPage(browser, { url: `${world.url}?theme=${theme}` }, async (page) => {
          for (const width of [320, 768, 1280]) {
            await page.setViewportSize({ width, height: 800 });
            const age = await page.evaluate<string>("document.querySelector('.age-text')?.textContent ?? ''");
            assert.match(age, text);
            assert.equal(await page.evaluate<number>("document.documentElement.scrollWidth"), width);
            await shoot(page, `${name}-${theme}-${width}`);
          }
          assert.deepEqual(await findingsOfAxe(page), []);
        });
      }
    });
  }

  const client = (readings: readonly ReadingInput[]): Dexcom =>
    new Dexcom({ ...ACCOUNT, fetch: new ShareSimulator({ accounts: [{ ...ACCOUNT, readings }] }).fetch });
  const archiveOf = async (days: number): Promise<MemoryArchive> => {
    const archive = new MemoryArchive();
    await archive.add(
      pastReadings(126, 1, days * 24).map(({ mgDl, datetime }) => ({
        mgDl,
        datetime: new Date(datetime),
        timezone: "-0400",
      })),
    );
    return archive;
  };
  for (const [name, query, options] of [
    [
      "board",
      "",
      () => ({
        sources: {
          Anna: client(pastReadings(126)),
          Ben: client(pastReadings(52)),
          Carla: client(pastReadings(262)),
          David: client(pastReadings(110, 25)),
          Eva: client([]),
        },
      }),
    ],
    ["days", "hours=2160", async () => ({ archive: await archiveOf(90) })],
    ["login", "", () => ({ authorize: bearer("0123456789abcdef0123") })],
  ] as const) {
    it(`is without a finding of axe-core and no wider than the screen: ${name}`, async () => {
      const world = await serveWorld(pastReadings(126), await options());
      for (const theme of ["light", "night"]) {
        await withPage(browser, { url: `${world.url}?${query}&theme=${theme}` }, async (page) => {
          for (const width of [320, 768, 1280]) {
            await page.setViewportSize({ width, height: 800 });
            assert.equal(await page.evaluate<number>("document.documentElement.scrollWidth"), width);
            await shoot(page, `${name}-${theme}-${width}`);
          }
          assert.deepEqual(await findingsOfAxe(page), []);
        });
      }
    });
  }

  it("loses and doubles nothing when its server is killed and started again", async () => {
    const simulator = new ShareSimulator({ accounts: [{ ...ACCOUNT, readings: pastReadings(126, 11) }] });
    const serve = async (port: number) => {
      const dexcom = new Dexcom({ ...ACCOUNT, fetch: simulator.fetch });
      const handler = createHandler({ source: dexcom, public: true });
      const served = await listen(handler.fetch, { host: "127.0.0.1", port });
      return { url: served.url, close: () => (handler.close(), served.close()) };
    };
    const first = await serve(0);
    const port = Number(new URL(first.url).port);
    await withPage(browser, { url: `${first.url}?hours=3` }, async (page) => {
      await until(page, valueIs("126"));
      await first.close();
      await until(page, "!document.querySelector('#offline').hidden");
      for (const [mgDl, ago] of [
        [111, 6],
        [112, 1],
      ] as const) {
        simulator.addReading(ACCOUNT.username, { mgDl, datetime: new Date(Date.now() - ago * MINUTE_MS) });
      }
      const second = await serve(port);
      await until(page, valueIs("112"));
      await until(page, "document.querySelector('#offline').hidden");
      const points = await page.evaluate<string>("document.querySelector('.chart').dataset.points");
      const figures = points.split(" ").map((point) => point.split(":")[1]);
      assert.deepEqual(figures.slice(-3), ["126", "111", "112"]);
      assert.equal(new Set(points.split(" ").map((point) => point.split(":")[0])).size, figures.length);
      await second.close();
    });
  });
});
