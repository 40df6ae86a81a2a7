import { DexcomError, type ArchiveErrorCode } from "../errors.ts";

/** Reason why an archive could not be read or written. It deletes nothing. */
export class ArchiveError extends DexcomError {
  /** @internal */
  static override readonly brands: readonly string[] = ["ArchiveError", "DexcomError"];

  declare readonly code: ArchiveErrorCode;
}
