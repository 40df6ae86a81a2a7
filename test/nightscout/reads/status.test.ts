import assert from "node:assert/strict";
import { test } from "node:test";
import { makeSite, NOW, readings } from "./site.ts";

test("/api/v1/status.json has the fields that clients check", async () => {
  const status = await makeSite(readings(100)).json("/api/v1/status.json");
  const { settings, ...rest } = status;
  assert.deepEqual(rest, {
    status: "ok",
    name: "nightscout",
    version: "15.0.7",
    serverTime: "2026-03-20T12:00:00.000Z",
    serverTimeEpoch: NOW,
    apiEnabled: true,
    careportalEnabled: false,
    boluscalcEnabled: false,
    extendedSettings: {},
    authorized: null,
    runtimeState: "loaded",
  });
  assert.equal(settings.units, "mg/dl");
  assert.deepEqual(settings.thresholds, { bgHigh: 260, bgTargetTop: 180, bgTargetBottom: 80, bgLow: 55 });
});

test("/api/v1/status.json has the units and thresholds of the options", async () => {
  const thresholds = { bgTargetBottom: 70, bgLow: undefined };
  const { settings } = await makeSite([], { units: "mmol", thresholds }).json("/api/v1/status.json");
  assert.equal(settings.units, "mmol");
  assert.deepEqual(settings.thresholds, { bgHigh: 260, bgTargetTop: 180, bgTargetBottom: 70, bgLow: 55 });
});

test("/api/v1/verifyauth says that reading is allowed and writing is not", async () => {
  assert.deepEqual(await makeSite([]).json("/api/v1/verifyauth"), {
    status: 200,
    message: {
      canRead: true,
      canWrite: false,
      isAdmin: false,
      message: "OK",
      rolefound: "FOUND",
      permissions: "ROLE",
    },
  });
});
