/** Interval between two readings of most sensors. */
export const READING_INTERVAL_MS = 300_000;

/** Time for which the service keeps a reading. */
export const HISTORY_MS = 86_400_000;

/**
 * Two readings less than this apart are the same one. The timestamp of a reading shifts by some seconds between
 * responses, and no sensor measures more often than once a minute.
 */
export const SAME_READING_MS = 30_000;

/** A reading is ahead if it is more than this in the future, both by the service's clock and by our own. */
export const AHEAD_MS = 300_000;
