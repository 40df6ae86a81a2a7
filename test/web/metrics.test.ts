import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { createAlarms } from "../../src/alarms/index.ts";
import { HOUR_MS, makeWorld, MINUTE_MS, readings, START_MS } from "../watch/world.ts";
import { makeWeb, type WebWorld } from "./world.ts";

const OPEN_METRICS = { headers: { accept: "application/openmetrics-text; version=1.0.0" } };
const noPromtool = spawnSync("promtool", ["--version"]).error === undefined ? false : "promtool is not installed";

async function textOf(world: WebWorld, init?: RequestInit): Promise<string> {
  return (await world.get("/metrics", init)).text();
}

const valueOf = (text: string, sample: string): string | undefined =>
  text
    .split("\n")
    .find((line) => line.startsWith(`${sample} `))
    ?.slice(sample.length + 1);

describe("/metrics", () => {
  it("has the figure, its time and its trend, and counts reads", async () => {
    const world = makeWeb();
    await textOf(world);
    await world.clock.advance(HOUR_MS);
    const response = await world.get("/metrics");
    assert.equal(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    const text = await response.text();
    assert.equal(valueOf(text, "dexcom_glucose_mg_per_dl"), "111");
    assert.equal(valueOf(text, "dexcom_glucose_reading_timestamp_seconds"), String((START_MS + 55 * MINUTE_MS) / 1000));
    assert.equal(valueOf(text, "dexcom_glucose_trend"), "4");
    assert.equal(valueOf(text, "dexcom_glucose_stale"), "0");
    assert.equal(valueOf(text, 'dexcom_requests_total{operation="read",outcome="success"}'), String(world.upstream()));
    world.handler.close();
  });

  it("leaves out a stale figure, and says that it is stale", async () => {
    const world = makeWeb({ world: makeWorld(readings(-287, 0)), alwaysOn: true });
    await world.clock.advance(HOUR_MS);
    const text = await textOf(world);
    assert.equal(valueOf(text, "dexcom_glucose_mg_per_dl"), undefined);
    assert.equal(valueOf(text, "dexcom_glucose_trend"), undefined);
    assert.equal(valueOf(text, "dexcom_glucose_stale"), "1");
    world.handler.close();
  });

  it("counts how late each reading came", async () => {
    const delay = (slot: number): number => (slot === 3 ? 200_000 : 18_000);
    const world = makeWeb({ world: makeWorld(readings(-287, 100, delay)), alwaysOn: true });
    await world.clock.advance(HOUR_MS);
    const text = await textOf(world);
    assert.equal(valueOf(text, "dexcom_watch_lateness_seconds_count"), "12");
    const at = (le: string) => Number(valueOf(text, `dexcom_watch_lateness_seconds_bucket{le="${le}"}`));
    assert.equal(at("15"), 0);
    assert.equal(at("120"), 11);
    assert.equal(at("+Inf"), 12);
    world.handler.close();
  });

  it("shows an alarm that has ended as 0", async () => {
    const dip = readings(-12, 100).map((reading, index) => ({ ...reading, mgDl: index > 20 && index < 26 ? 60 : 110 }));
    const world = makeWeb({ world: makeWorld(dip), alarms: createAlarms({ low: true }, { unit: "mg/dL" }) });
    await world.clock.advance(HOUR_MS);
    assert.equal(valueOf(await textOf(world), 'dexcom_alarm_active{rule="low"}'), "1");
    await world.clock.advance(HOUR_MS);
    assert.equal(valueOf(await textOf(world), 'dexcom_alarm_active{rule="low"}'), "0");
    world.handler.close();
  });

  it("is OpenMetrics if the client accepts it, with escaped names of wearers", async () => {
    const world = makeWeb({ of: ({ dexcom }) => ({ sources: { 'A"n\\na': dexcom, Ben: dexcom } }) });
    const response = await world.get("/metrics", OPEN_METRICS);
    assert.match(response.headers.get("content-type")!, /^application\/openmetrics-text; version=1\.0\.0/);
    const text = await response.text();
    assert.ok(text.endsWith("\n# EOF\n"));
    assert.match(text, /# TYPE dexcom_requests counter\ndexcom_requests_total\{/);
    assert.ok(text.includes('dexcom_glucose_stale{wearer="A\\"n\\\\na"} 0'));
    world.handler.close();
  });

  it("passes `promtool check metrics`", { skip: noPromtool }, async () => {
    const world = makeWeb({ alwaysOn: true, alarms: createAlarms({ low: true }, { unit: "mg/dL" }) });
    await world.clock.advance(HOUR_MS);
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input: await textOf(world) });
    assert.equal(status, 0, `${String(stdout)}${String(stderr)}`);
    world.handler.close();
  });
});
