import { DexcomError, type ArchiveErrorCode } from "../errors.ts";
import { ArchiveError } from "./archive-error.ts";

const ADVICE: Readonly<Record<ArchiveErrorCode, string>> = {
  ARCHIVE_UNSUPPORTED: "The SQLite archive needs Node.js 22.13, Bun 1.2 or Deno 2.2, or a later release.",
  ARCHIVE_DAMAGED: "Keep the file, and restore it from a copy or import an export. Nothing was deleted.",
  ARCHIVE_FOREIGN: "Choose another file: this one belongs to another program.",
  ARCHIVE_TOO_NEW: "A later release of this package wrote it: update the package.",
  ARCHIVE_READ_ONLY: "Make the file and its folder writable for this user.",
  ARCHIVE_FULL: "Free some space on the disk. What was kept before is safe.",
  ARCHIVE_BUSY: "Another process kept the archive locked: try again.",
  ARCHIVE_CLOSED: "Open a new archive after close().",
  ARCHIVE_FAILED: "Check the file, its folder and its disk.",
};

/** Makes an error of a SQLite archive, with the advice for its code. */
export function makeSqliteError(code: ArchiveErrorCode, message: string, cause?: Error): ArchiveError {
  return new ArchiveError(code, message, { cause, advice: ADVICE[code] });
}

/** Primary result codes of SQLite (https://sqlite.org/rescode.html), with what they mean for an archive. */
const BY_RESULT: Readonly<Record<number, readonly [code: ArchiveErrorCode, what: string]>> = {
  1: ["ARCHIVE_DAMAGED", "does not have the table of an archive; nothing was deleted"],
  5: ["ARCHIVE_BUSY", "is in use by another process"],
  8: ["ARCHIVE_READ_ONLY", "can't be written"],
  11: ["ARCHIVE_DAMAGED", "is damaged; nothing was deleted"],
  13: ["ARCHIVE_FULL", "can't grow: the disk is full"],
  14: ["ARCHIVE_READ_ONLY", "can't be opened by this user"],
  // The index of the log can't grow.
  4874: ["ARCHIVE_FULL", "can't grow: the disk is full"],
  26: ["ARCHIVE_DAMAGED", "is not a database, or is damaged; nothing was deleted"],
};

/** Error codes of the file system. */
const BY_CODE: Readonly<Record<string, number>> = { EACCES: 8, EPERM: 8, EROFS: 8, ENOSPC: 13, EDQUOT: 13 };

/** Texts of SQLite, for runtimes that give no result code. */
const BY_TEXT: readonly (readonly [RegExp, number])[] = [
  [/no such (table|column)/, 1],
  [/readonly/, 8],
  [/is full/, 13],
  [/malformed/, 11],
  [/not a database/, 26],
  [/unable to open/, 14],
  [/is locked/, 5],
];

/** Makes an error that names the file and says what to do. Errors of this package stay as they are. */
export function explainSqlite(error: unknown, file: string): unknown {
  if (error instanceof DexcomError || !(error instanceof Error)) return error;
  const { errcode, code = "", message } = error as Error & { readonly errcode?: number; readonly code?: string };
  // The low byte is the primary code.
  const primary = errcode !== undefined && !(errcode in BY_RESULT) ? errcode & 0xff : errcode;
  const result = primary ?? BY_CODE[code];
  const known = BY_RESULT[result ?? BY_TEXT.find(([text]) => text.test(message))?.[1] ?? -1];
  const [kind, what] = known ?? (["ARCHIVE_FAILED", "can't be used"] as const);
  return makeSqliteError(kind, `The archive ${file} ${what}`, error);
}
