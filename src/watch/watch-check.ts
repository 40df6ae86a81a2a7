/** Result of one attempt of `watch()` to read. */
export interface WatchCheck {
  /** Time by the service's clock, if the response told it. */
  readonly date?: Date | undefined;
  /** Number of new readings, which `watch()` delivers next; absent if the attempt failed. */
  readonly newReadings?: number | undefined;
  /** Why the attempt failed; absent if it succeeded. */
  readonly error?: unknown;
}
