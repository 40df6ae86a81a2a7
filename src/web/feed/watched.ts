import type { ArchiveReader } from "./archive-reader.ts";
import type { ReadCounts } from "./read-counts.ts";
import type { WearerAlarms } from "./wearer-alarms.ts";
import type { Wearer } from "./wearer.ts";

/** A wearer with everything that belongs to it. */
export interface Watched {
  readonly wearer: Wearer;
  readonly alarms: WearerAlarms;
  readonly archive: ArchiveReader | undefined;
  readonly counts: ReadCounts;
}
