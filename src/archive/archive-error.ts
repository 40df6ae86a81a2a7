import { DexcomError, type ArchiveErrorCode } from "../errors.ts";

const ADVICE: Readonly<Record<ArchiveErrorCode, string>> = {
  ARCHIVE_UNSUPPORTED: "The SQLite archive needs Node.js 22.13, Bun 1.2 or Deno 2.2, or a later release.",
  ARCHIVE_DAMAGED: "Keep the file, and restore it from a copy or import an export. Nothing was deleted.",
  ARCHIVE_FOREIGN: "Choose another file: this one belongs to another program.",
  ARCHIVE_TOO_NEW: "A later release of this package wrote it: update the package.",
  ARCHIVE_READ_ONLY: "Make the file and its folder writable for this user.",
  ARCHIVE_FULL: "Free some space on the disk. What was kept before is safe.",
  ARCHIVE_BUSY: "Another process has been writing for long: try again.",
  ARCHIVE_CLOSED: "Open a new archive after close().",
  ARCHIVE_FAILED: "Check the file, its folder and its disk.",
};

/** Reason why an archive could not be read or written. It deletes nothing. */
export class ArchiveError extends DexcomError {
  declare readonly code: ArchiveErrorCode;

  /** @internal */
  constructor(code: ArchiveErrorCode, message: string, cause?: Error) {
    super(code, message, { cause, advice: ADVICE[code] });
  }

  override get name(): string {
    return "ArchiveError";
  }
}
