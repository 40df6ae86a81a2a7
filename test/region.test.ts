import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isRegion, REGION_ENDPOINTS, Region } from "../src/region.ts";
import { shown } from "./support/shown.ts";

describe("a region", () => {
  const asTyped: Region.OUS = Region.OUS;

  test("is a name, also as a constant and as a type", () => {
    assert.deepEqual({ ...Region }, { US: "us", OUS: "ous", JP: "jp" });
    assert.equal(asTyped, "ous");
  });

  for (const [region, host, applicationId] of [
    ["us", "share2.dexcom.com", "d89443d2-327c-4a6f-89e5-496bbb0317db"],
    ["ous", "shareous1.dexcom.com", "d89443d2-327c-4a6f-89e5-496bbb0317db"],
    ["jp", "share.dexcom.jp", "d8665ade-9673-4e27-9ff6-92db4ce13d13"],
  ] as const) {
    test(`${region} is ${host} and has its application id`, () => {
      assert.deepEqual(REGION_ENDPOINTS[region], { origin: `https://${host}`, applicationId });
      assert.ok(isRegion(region));
    });
  }

  for (const value of ["US", "eu", "", "toString", "__proto__", "constructor", undefined, null, 1, ["us"], {}]) {
    test(`${shown(value)} is not a region`, () => assert.equal(isRegion(value), false));
  }
});
