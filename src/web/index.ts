export { bearer, type BearerAccess } from "./access/bearer.ts";
export type { ShownAlarm, WebAlarms } from "./feed/wearer-alarms.ts";
export type { Problem } from "./feed/wearer.ts";
export type { WearerState } from "./feed/describe.ts";
export { createHandler, type WebHandler } from "./handler.ts";
export type { WebNightscoutOptions } from "./nightscout-options.ts";
export type { Authorize, WearerOptions, WebHandlerOptions } from "./options.ts";
export type { WebSource } from "./source.ts";
