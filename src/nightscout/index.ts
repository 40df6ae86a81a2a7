export { bridge, type BridgeArchive, type BridgeOptions, type BridgeSource } from "./bridge.ts";
export { fromEntry, toEntry, type NightscoutDirection, type NightscoutEntry } from "./entry.ts";
export type { NightscoutEvent } from "./events.ts";
export { NightscoutError } from "./nightscout-error.ts";
export type { NightscoutUploaderOptions } from "./options.ts";
export type { NightscoutPermissions } from "./site.ts";
export { NightscoutUploader, type UploadResult } from "./uploader.ts";
export type { NightscoutErrorCode } from "../errors.ts";
export type { GlucosePoint } from "../glucose/glucose-point.ts";
