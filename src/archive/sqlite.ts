export { SqliteArchive, type SqliteArchiveOptions } from "./sqlite-archive.ts";
export { ArchiveError } from "./archive-error.ts";
export type { AddOptions, GlucoseArchive, TimeRange } from "./archive.ts";
export type { ArchiveErrorCode } from "../errors.ts";
export type { GlucosePoint } from "../glucose/glucose-point.ts";
