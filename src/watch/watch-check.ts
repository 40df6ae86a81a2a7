/** Result of an attempt to read. */
export interface WatchCheck {
  /** Time by the service's clock, if the response told it. */
  readonly date?: Date | undefined;
  /** Why the attempt failed; absent if it succeeded. */
  readonly error?: unknown;
}
