/** Result of a request for readings. */
export interface WatchCheck {
  /** Time by the service's clock, if the response told it. */
  readonly date?: Date | undefined;
  /** Why the request failed; absent if it succeeded. */
  readonly error?: unknown;
}
