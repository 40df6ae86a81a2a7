/** Content of a file, as JSON. */
export interface FileContent {
  /** `null` if the value was deleted. */
  readonly value: string | null;
  /** Time by the wall clock of the process that wrote the file. */
  readonly writtenAt: number;
  /** Lifetime of the value. */
  readonly waitMs: number;
}

/** Stands for a file of another kind, which has no value. */
const NO_CONTENT: FileContent = { value: null, writtenAt: 0, waitMs: 0 };
/** A value that lives no longer than this is a lease. */
const MAX_LEASE_MS = 60_000;

export function parseContent(text: string): FileContent {
  try {
    const { value, writtenAt, waitMs } = Object(JSON.parse(text)) as Partial<Record<keyof FileContent, unknown>>;
    const isWhole = typeof value === "string" && Number.isFinite(writtenAt) && Number.isFinite(waitMs);
    if (isWhole) return { value, writtenAt: writtenAt as number, waitMs: waitMs as number };
  } catch {
    // Not JSON.
  }
  return NO_CONTENT;
}

/** Returns what is left of the value's lifetime. A clock that was set back does not lengthen it. */
function remainingMs({ writtenAt, waitMs }: FileContent, now: number): number {
  return waitMs - Math.min(Math.max(now - writtenAt, 0), waitMs);
}

interface Sighting {
  readonly version: number;
  /** Moment by the clock that measures intervals. */
  readonly at: number;
}

/**
 * Tells a live lease from one of a dead process, by watching: a holder renews its lease, and each renewal is a new
 * version. No wall clock is asked, because the clocks of two processes may differ by more than a lease lasts.
 */
export class LeaseWatch {
  readonly #seen = new Map<string, Sighting>();

  /** Notes the version of a file, and returns how long it has not changed. */
  unchangedMs(stem: string, version: number): number {
    const now = performance.now();
    const seen = this.#seen.get(stem);
    if (seen?.version === version) return now - seen.at;
    this.#seen.set(stem, { version, at: now });
    return 0;
  }

  /** Tells if the value of a file has expired. */
  isExpired(content: FileContent, stem: string, version: number): boolean {
    if (content.value === null) return true;
    if (content.waitMs > MAX_LEASE_MS) return remainingMs(content, Date.now()) <= 0;
    return this.unchangedMs(stem, version) >= content.waitMs;
  }
}
