export type { Clock } from "../clock.ts";
export type { Region } from "../region.ts";
export type { Trend } from "../trend.ts";
export type { Delivery, WireRequest } from "./exchange.ts";
export type { SimulatedFollower } from "./followers.ts";
export { generateReadings, type GeneratorOptions } from "./generator.ts";
export type { Injection } from "./injection.ts";
export type { OperationName } from "./operation.ts";
export type {
  AccountOptions,
  ByNameAnswer,
  DuplicatePosts,
  LockOutCode,
  ReadingForm,
  RefusalCode,
  ShareSimulatorOptions,
  SubCodeForm,
} from "./options.ts";
export type { ReadingInput, SimulatedReading } from "./reading.ts";
export type { RecordedRequest } from "./request-log.ts";
export { ShareSimulator } from "./simulator.ts";
export { VirtualClock } from "./virtual-clock.ts";
