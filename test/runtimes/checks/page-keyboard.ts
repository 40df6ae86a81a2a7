/** The page by the keyboard alone, in a real browser. Run by `npm run test:runtimes`. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { createAlarms } from "../../../src/alarms/index.ts";
import { MemoryArchive } from "../../../src/archive/index.ts";
import { Dexcom } from "../../../src/index.ts";
import { ShareSimulator } from "../../../src/simulator/index.ts";
import { bearer } from "../../../src/web/index.ts";
import { serveLive } from "../live-page.ts";
import { ACCOUNT, closeWorlds, launch, pastReadings, serveWorld, until, valueIs, withPage } from "../page-world.ts";
import type { Browser, Page } from "../page-world.ts";

const TOKEN = "0123456789abcdef0123";
let browser: Browser;

before(async () => {
  browser = await launch();
});
after(() => browser.close());
afterEach(closeWorlds);

/** Expression for the name of an element, as a screen reader says it. */
const nameOf = (element: string): string =>
  `(${element}.getAttribute("aria-label") ?? ${element}.labels?.[0]?.textContent ?? ${element}.textContent).trim()`;

const FOCUSED = nameOf("document.activeElement");

/** Moves the focus by Tab until it is on the element of this name. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; (await page.evaluate<string>(FOCUSED)) !== name; presses++) {
    assert.ok(presses < 60, `Tab does not lead to ${name}`);
    await page.keyboard.press("Tab");
  }
}

/** Asserts that Tab leads to each control in the order of the page, and that the focus can be seen there. */
async function checkControls(page: Page): Promise<string[]> {
  const controls = await page.evaluate<string[]>(
    `[...document.querySelectorAll("a[href], button, input, [tabindex]")]
      .filter((element) => element.checkVisibility() && element.type !== "hidden").map((element) => ${nameOf("element")})`,
  );
  const reached: string[] = [];
  while (reached.length < controls.length) {
    await page.keyboard.press("Tab");
    reached.push(await page.evaluate<string>(FOCUSED));
    const outline = await page.evaluate<string>(
      "(({ outlineStyle, outlineWidth }) => `${outlineStyle} ${outlineWidth}`)(getComputedStyle(document.activeElement))",
    );
    assert.equal(outline, "solid 3px", reached.at(-1));
  }
  assert.deepEqual(reached, controls);
  return controls;
}

const SLIDER = "Single readings, by the arrow keys";
const VALUE = "document.querySelector('[role=slider]').getAttribute('aria-valuetext')";
const LABEL = "document.querySelector('.crosshair-label').checkVisibility()";

describe("the page by the keyboard", { timeout: 300_000 }, () => {
  it("leads to every control of one wearer: windows, units, themes, alarms, the chart, the screen", async () => {
    const archive = new MemoryArchive();
    const alarms = createAlarms({ urgentLow: true }, { unit: "mg/dL" });
    const world = await serveWorld(pastReadings(45), { archive, alarms });
    await withPage(browser, { url: world.url }, async (page) => {
      await until(page, "document.querySelector('[role=slider]') !== null");
      const controls = await checkControls(page);
      for (const name of ["3 h", "90 days", "mmol/L", "Night", "Acknowledge: urgent low", SLIDER, "Keep screen on"]) {
        assert.ok(controls.includes(name), `${name} is not among ${controls.join(", ")}`);
      }
    });
  });

  it("leads to every wearer of a board, and back", async () => {
    const simulator = new ShareSimulator({ accounts: [{ ...ACCOUNT, readings: pastReadings(126) }] });
    const dexcom = new Dexcom({ ...ACCOUNT, fetch: simulator.fetch });
    const world = await serveWorld([], { sources: { Anna: dexcom, Ben: dexcom } });
    await withPage(browser, { url: world.url }, async (page) => {
      await until(page, "document.querySelectorAll('[role=slider]').length === 2");
      await checkControls(page);
      await tabTo(page, "Ben");
      await page.keyboard.press("Enter");
      await until(page, "document.querySelector('h1')?.textContent === 'Ben'");
      await tabTo(page, "All");
      await page.keyboard.press("Enter");
      await until(page, "document.querySelectorAll('article').length === 2");
    });
  });

  it("changes the window, the unit and the theme", async () => {
    const world = await serveWorld(pastReadings(126));
    await withPage(browser, { url: world.url }, async (page) => {
      for (const [name, shown] of [
        ["mmol/L", valueIs("7.0")],
        ["3 h", "/last 3 h/.test(document.querySelector('.narrow title').textContent)"],
        ["Night", "document.documentElement.dataset.theme === 'night'"],
      ] as const) {
        await tabTo(page, name);
        await page.keyboard.press("Enter");
        await until(page, `document.readyState === "complete" && ${shown}`);
      }
    });
  });

  it("acknowledges and snoozes an alarm", async () => {
    const alarms = createAlarms({ urgentLow: true }, { unit: "mg/dL" });
    const world = await serveWorld(pastReadings(45), { alarms });
    await withPage(browser, { url: world.url }, async (page) => {
      for (const [name, key, text] of [
        ["Acknowledge: urgent low", "Enter", "acknowledged"],
        ["Snooze 15 min: urgent low", "Space", "snoozed for 15 min"],
      ] as const) {
        await tabTo(page, name);
        await page.keyboard.press(key);
        await until(page, `document.querySelector(".alarms")?.textContent.includes("${text}")`);
      }
    });
  });

  it("shows single readings by the arrow keys, and hides them by Escape", async () => {
    const world = await serveWorld(pastReadings(126));
    await withPage(browser, { url: `${world.url}?hours=3` }, async (page) => {
      await tabTo(page, SLIDER);
      assert.match(await page.evaluate<string>(VALUE), /^126 mg\/dL at \d\d:\d\d$/);
      assert.ok(await page.evaluate<boolean>(LABEL));
      const places: string[] = [];
      for (const key of ["ArrowLeft", "ArrowDown", "ArrowRight", "Home", "PageUp", "ArrowUp", "PageDown", "End"]) {
        await page.keyboard.press(key);
        places.push(await page.evaluate<string>("document.querySelector('[role=slider]').ariaValueNow"));
      }
      assert.deepEqual(places, ["35", "34", "35", "1", "13", "14", "2", "36"]);
      await page.keyboard.press("Escape");
      assert.ok(!(await page.evaluate<boolean>(LABEL)));
      await page.keyboard.press("ArrowLeft");
      assert.ok(await page.evaluate<boolean>(LABEL));
    });
  });

  it("keeps the focus and the chosen reading when a reading arrives", async () => {
    const world = await serveLive([97]);
    await withPage(browser, { url: world.url }, async (page) => {
      await tabTo(page, SLIDER);
      await page.keyboard.press("ArrowLeft");
      const chosen = await page.evaluate<string>(VALUE);
      await world.arrive();
      await until(page, valueIs("97"));
      assert.equal(await page.evaluate<string>(FOCUSED), SLIDER);
      assert.equal(await page.evaluate<string>(VALUE), chosen);
      assert.ok(await page.evaluate<boolean>(LABEL));
    });
  });

  it("keeps the focus on the button of an alarm when a reading arrives", async () => {
    const alarms = createAlarms({ high: { threshold: 100 } }, { unit: "mg/dL" });
    const world = await serveLive([121], { alarms });
    await withPage(browser, { url: world.url }, async (page) => {
      await tabTo(page, "Acknowledge: high");
      await world.arrive();
      await until(page, valueIs("121"));
      assert.equal(await page.evaluate<string>(FOCUSED), "Acknowledge: high");
    });
  });

  it("keeps the screen on, and lets go", async () => {
    const world = await serveWorld(pastReadings(126));
    await withPage(browser, { url: world.url }, async (page) => {
      for (const [key, isPressed] of [
        ["Space", "true"],
        ["Enter", "false"],
      ] as const) {
        await tabTo(page, "Keep screen on");
        await page.keyboard.press(key);
        await until(page, `document.querySelector("#awake").getAttribute("aria-pressed") === "${isPressed}"`);
      }
    });
  });

  it("logs in: the field has the focus, and Enter sends it", async () => {
    const world = await serveWorld(pastReadings(126), { authorize: bearer(TOKEN) });
    await withPage(browser, { url: world.url }, async (page) => {
      assert.equal(await page.evaluate<string>(FOCUSED), "Token");
      await page.keyboard.type(TOKEN);
      await page.keyboard.press("Enter");
      await until(page, valueIs("126"));
    });
  });
});
