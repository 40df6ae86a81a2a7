export { Fleet, type AddAccountsOptions } from "./fleet.ts";
export type { FleetEvent } from "./fleet-event.ts";
export { FleetWorker, type CloseOptions } from "./fleet-worker.ts";
export type { FleetCredentials, FleetOptions, FleetWorkerOptions } from "./options.ts";
export type { FleetCounts, FleetStats } from "./stats.ts";
export type { FleetStatus } from "./status.ts";
