import type { NightscoutReadsOptions } from "../nightscout/reads/create-reads.ts";

/** Serves the reads of Nightscout's API, to clocks, watch faces and followers. One of `secret` and `token` is needed. */
export interface WebNightscoutOptions extends Pick<NightscoutReadsOptions, "secret" | "token" | "thresholds"> {
  /** Name of the wearer in `sources` whose readings are served. @default the first */
  readonly wearer?: string | undefined;
}
