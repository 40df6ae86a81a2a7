import type { GlucoseUnit } from "../../glucose/glucose.ts";
import type { Paint } from "../paint.ts";

/** Style of a page. */
export interface PageStyle {
  /** In characters. */
  readonly width: number;
  readonly unit: GlucoseUnit;
  readonly paint: Paint;
  /** Writes ASCII characters alone. */
  readonly isAscii: boolean;
}
