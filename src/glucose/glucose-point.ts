import type { Trend } from "./trend.ts";

/**
 * A glucose value and its instant: what archives keep and statistics, alarms and charts read.
 *
 * A `GlucoseReading` is one. So is any object with these fields, such as a row of a database.
 */
export interface GlucosePoint {
  /** Glucose in mg/dL. 39 and below is LOW, 401 and above is HIGH. */
  readonly mgDl: number;
  /** Instant of the measurement. */
  readonly datetime: Date;
  /** The wearer's UTC offset at that time, such as `"-0400"`. */
  readonly timezone?: string | undefined;
  /** Trend as the service numbers it, 0 to 9. */
  readonly trend?: Trend | undefined;
  /** `true` if the point was dated in the future when it arrived, so that its date is wrong; absent otherwise. */
  readonly isAhead?: true | undefined;
}
