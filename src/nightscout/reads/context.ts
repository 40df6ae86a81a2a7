import type { NightscoutSource } from "./served-entry.ts";

/** Units as a Nightscout names them. */
export type NightscoutUnits = "mg/dl" | "mmol";

/** Thresholds in mg/dL, by the names of Nightscout's settings. */
export interface NightscoutThresholds {
  readonly bgHigh: number;
  readonly bgTargetTop: number;
  readonly bgTargetBottom: number;
  readonly bgLow: number;
}

/** Settings that a site shows. */
export interface ReadSettings {
  readonly units: NightscoutUnits;
  readonly thresholds: NightscoutThresholds;
}

/** A request for readings, and what its response is made of. */
export interface ReadContext extends ReadSettings {
  readonly request: Request;
  readonly url: URL;
  readonly source: NightscoutSource;
  readonly nowMs: number;
  /** Extension of the path, such as `"json"`; empty without one. */
  readonly extension: string;
  /** Rest of the path that a route leaves open; else empty. */
  readonly rest: string;
}
