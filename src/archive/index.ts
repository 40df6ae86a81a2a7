export { ArchiveError } from "./archive-error.ts";
export { keep, resumeDate, type KeepSource } from "./keep.ts";
export { KeyValueArchive, type ArchiveKeyValueService, type KeyValueArchiveOptions } from "./key-value-archive.ts";
export { MemoryArchive, type MemoryArchiveOptions } from "./memory-archive.ts";
export type { AddOptions, GlucoseArchive, TimeRange } from "./archive.ts";
export type { ArchiveErrorCode } from "../errors.ts";
export type { GlucosePoint } from "../glucose/glucose-point.ts";
