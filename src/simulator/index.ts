export type { Clock } from "../clock.ts";
export type { Region } from "../region.ts";
export type { Trend } from "../glucose/trend.ts";
export type { Delivery } from "./service/exchange.ts";
export type { WireRequest } from "./service/wire/wire-request.ts";
export type { SimulatedEntry } from "./nightscout/entry-store.ts";
export type { SimulatedNightscoutOptions, SimulatedNightscoutRole } from "./nightscout/options.ts";
export type { SimulatedFollower } from "./service/accounts/followers.ts";
export { generateReadings, type GeneratorOptions } from "./readings/generator.ts";
export type { Injection } from "./injection/injection.ts";
export type { OperationName } from "./service/operation.ts";
export { SIMULATED_ACCOUNT } from "./options.ts";
export { type ScenarioName, SCENARIOS } from "./scenarios/names.ts";
export { ScaledClock, type ScaledClockOptions } from "./clock/scaled-clock.ts";
export type {
  AccountOptions,
  AccountSource,
  ByNameResponse,
  DuplicatePosts,
  LockOutCode,
  ReadingForm,
  RefusalCode,
  ShareSimulatorOptions,
  SubCodeForm,
} from "./options.ts";
export type { ReadingInput, SimulatedReading } from "./readings/reading.ts";
export type { RecordedRequest } from "./request-log.ts";
export { ShareSimulator } from "./simulator.ts";
export { VirtualClock } from "./clock/virtual-clock.ts";
