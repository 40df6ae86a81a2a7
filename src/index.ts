export { systemClock, type Clock } from "./clock.ts";
export { Dexcom } from "./dexcom.ts";
export {
  AccountError,
  ArgumentError,
  DexcomError,
  NetworkError,
  RateLimitError,
  ServerError,
  SessionError,
  TimeoutError,
  type DexcomErrorCode,
  type ErrorDetails,
  type Issue,
} from "./errors.ts";
export type { DexcomEvent } from "./events.ts";
export { formatGlucose, glucoseDelta, type GlucoseLevel, type GlucoseUnit } from "./glucose/glucose.ts";
export type { GlucosePoint } from "./glucose/glucose-point.ts";
export { GlucoseReading, type GlucoseReadingJSON } from "./glucose-reading.ts";
export type { DexcomOptions } from "./options.ts";
export type { CallOptions, GlucoseReadingsQuery } from "./query.ts";
export { Region } from "./region.ts";
export type { RetryOptions } from "./http/retry.ts";
export { MemorySessionCache, type SessionCache } from "./session/session-cache.ts";
export type { SessionStore } from "./session/session-store.ts";
export type { Trend, TrendDirection, TrendInfo } from "./glucose/trend.ts";
export type { WatchCheck } from "./watch/watch-check.ts";
export type { WatchOptions } from "./watch/watch.ts";
export type { BadRecord, RawReading } from "./wire/readings.ts";
