import type { DexcomError } from "../errors.ts";

/** Event behind an upload. It holds no secret, so it may be logged as it is. */
export type NightscoutEvent =
  /** An attempt failed. The next one is made in `delayMs`. */
  | {
      readonly type: "retry";
      readonly operation: string;
      readonly attempt: number;
      readonly delayMs: number;
      readonly error: DexcomError;
    }
  /** Nightscout refused the secret or token; it is not sent again before `error.retryAfterMs`. */
  | { readonly type: "refused"; readonly error: DexcomError }
  /** Nightscout has stored readings of these two instants and between them. */
  | { readonly type: "uploaded"; readonly count: number; readonly from: Date; readonly to: Date }
  /**
   * A reading was left out: it is dated in the future, or its figure is below 39 mg/dL, which Nightscout takes for an
   * error code of the sensor. Reported once for each reading.
   */
  | {
      readonly type: "skipped";
      readonly reason: "ahead" | "below-39";
      readonly datetime: Date;
      readonly mgDl: number;
    }
  /** `bridge()`: an upload failed and the next one is made in `delayMs`. */
  | { readonly type: "waiting"; readonly delayMs: number; readonly error: DexcomError };

/** Tells the user's `onEvent`. */
export type EmitNightscout = (event: NightscoutEvent) => void;
