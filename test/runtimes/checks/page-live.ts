/** What arrives on an open page, in a real browser. Run by `npm run test:runtimes`. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { serveLive } from "../live-page.ts";
import { closeWorlds, launch, MINUTE_MS, until, valueIs, withPage } from "../page-world.ts";
import type { Browser, Page } from "../page-world.ts";

let browser: Browser;

before(async () => {
  browser = await launch();
});
after(() => browser.close());
afterEach(closeWorlds);

const TICK_MS = 15_000;
const OFFLINE = "!document.querySelector('#offline').hidden";
const ONLINE = "document.querySelector('#offline').hidden";
const AGE = "document.querySelector('.age-text').textContent";

/** Figures of the chart, oldest first. */
async function figuresOf(page: Page): Promise<string[]> {
  const points = await page.evaluate<string>("document.querySelector('.chart').dataset.points");
  return points.split(" ").map((point) => point.split(":")[1]!);
}

describe("an open page in Chromium", () => {
  it("shows a reading that arrives in its figure, words, age, chart and title, without being loaded again", async (context) => {
    const world = await serveLive([97]);
    await withPage(browser, { url: `${world.url}?hours=3` }, async (page) => {
      await until(page, valueIs("126"));
      await page.evaluate(
        `{ window.changes = []; new MutationObserver(() => window.changes.push(performance.timeOrigin + performance.now()))
          .observe(document.querySelector("#view"), { childList: true }) }`,
      );
      const before = await figuresOf(page);
      const sentAt = await world.arrive();
      await until(page, valueIs("97"));
      const shownAt = await page.evaluate<number>("window.changes.at(-1)");
      context.diagnostic(`a reading is on the page ${Math.round(shownAt - sentAt)} ms after the server sent it`);
      await until(page, "/^97 → (just now|1 min ago)$/.test(document.title)");
      assert.match(await page.evaluate<string>(AGE), /^(just now|1 min ago)$/);
      assert.match(await page.evaluate<string>("document.querySelector('.words').textContent"), /^in range · steady/);
      assert.match(await page.evaluate<string>("document.querySelector('#spoken').textContent"), /^97 in range/);
      assert.match(await page.evaluate<string>("document.querySelector('.narrow desc').textContent"), /^Latest 97 mg/);
      assert.deepEqual(await figuresOf(page), [...before.slice(-35), "97"]);
    });
  });

  it("paints without waiting for the events, and asks for the view once when they begin", async (context) => {
    const world = await serveLive([97]);
    await withPage(browser, { url: world.url }, async (page) => {
      const paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0";
      await until(page, `(${paint}) > 0`);
      const updates = "performance.getEntriesByType('resource').filter(({ name }) => /[/]view/.test(name))";
      await until(page, `${updates}.length > 0`);
      const firstUpdate = await page.evaluate<number>(`${updates}[0].responseEnd`);
      const firstPaint = await page.evaluate<number>(paint);
      context.diagnostic(`first contentful paint ${Math.round(firstPaint)} ms after the request`);
      context.diagnostic(`first live update ${Math.round(firstUpdate)} ms after the request`);
      await world.clock.advance(TICK_MS);
      assert.equal(await page.evaluate<number>(`${updates}.length`), 1);
    });
  });

  it("says that Dexcom can't be reached, then that the figure is old, and takes both back", async () => {
    const world = await serveLive([97, 98, 99, 100, 101, 102]);
    await withPage(browser, { url: world.url }, async (page) => {
      await until(page, valueIs("126"));
      const stop = world.simulator.inject({ status: 503 });
      await world.clock.advance(8 * MINUTE_MS);
      await until(
        page,
        "/^Dexcom can’t be reached. Last check \\d\\d:\\d\\d/.test(document.querySelector('.problem')?.textContent)",
      );
      await world.clock.advance(8 * MINUTE_MS);
      await until(page, "document.querySelector('.now').classList.contains('stale')");
      await until(page, "/^last 126 · 1\\d min ago · no data$/.test(document.querySelector('.age-text').textContent)");
      await until(page, "/^no data, last 126 1\\d min ago$/.test(document.title)");
      stop();
      await world.clock.advance(6 * MINUTE_MS);
      await until(page, "!document.querySelector('.now').classList.contains('stale')");
      await until(page, "document.querySelector('.problem') === null");
      assert.doesNotMatch(await page.evaluate<string>(AGE), /no data/);
    });
  });

  it("says that it is offline 35 s after a connection died without being closed, and opens another", async () => {
    const world = await serveLive([97, 98, 99]);
    await withPage(browser, { url: `${world.url}?hours=3`, hasOwnTime: true }, async (page) => {
      await until(page, valueIs("126"));
      await world.arrive();
      await until(page, valueIs("97"));
      world.wire.freeze();
      await world.clock.advance(5 * MINUTE_MS);
      await page.clock.fastForward(20_000);
      assert.ok(await page.evaluate<boolean>(ONLINE));
      await page.clock.fastForward(16_000);
      await until(page, OFFLINE);
      const banner = await page.evaluate<string>("document.querySelector('#offline').textContent");
      assert.match(banner, /^Offline: no contact with this page’s server since \d\d:\d\d\. Trying again\.$/);
      await page.clock.fastForward(16 * MINUTE_MS);
      await until(page, "/^no data, last 97 1\\d min ago$/.test(document.title)");
      world.wire.thaw();
      await page.clock.fastForward(36_000);
      await until(page, valueIs("98"));
      await until(page, ONLINE);
      assert.deepEqual((await figuresOf(page)).slice(-3), ["126", "97", "98"]);
      await world.arrive();
      await until(page, valueIs("99"));
    });
  });

  for (const [name, paths] of [
    ["hangs", "held"],
    ["fails", "broken"],
  ] as const) {
    it(`shows a reading whose request for the view ${name}, at a tick soon after`, async () => {
      const world = await serveLive([97]);
      await withPage(browser, { url: world.url, hasOwnTime: true }, async (page) => {
        await until(page, valueIs("126"));
        world.wire[paths].add("/view");
        await world.arrive();
        await page.clock.fastForward(11_000);
        assert.ok(await page.evaluate<boolean>(valueIs("126")));
        world.wire[paths].clear();
        await world.clock.advance(TICK_MS);
        await until(page, valueIs("97"));
      });
    });
  }
});
