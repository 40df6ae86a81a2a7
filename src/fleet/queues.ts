import { Queue } from "bullmq";
import type { Region } from "../region.ts";
import type { EmitFleetEvent } from "./fleet-event.ts";
import type { FleetSettings } from "./options.ts";
import type { ScriptClient } from "./scripts.ts";

/** The queues of BullMQ that jobs are added to and removed from, one for each region. They are opened when needed. */
export class Queues {
  readonly #settings: FleetSettings;
  readonly #emit: EmitFleetEvent;
  readonly #open = new Map<Region, Queue>();

  constructor(settings: FleetSettings, emit: EmitFleetEvent) {
    this.#settings = settings;
    this.#emit = emit;
  }

  of(region: Region): Queue {
    const known = this.#open.get(region);
    if (known) return known;
    const { connection, prefix, telemetry } = this.#settings;
    const queue = new Queue(region, { connection, prefix, ...(telemetry && { telemetry }) });
    queue.on("error", (error) => this.#emit({ type: "error", error }));
    this.#open.set(region, queue);
    return queue;
  }

  /** Returns the client of one of the queues. */
  readonly client = async (): Promise<ScriptClient> => this.of("us").getBackend().client;

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((queue) => queue.close()));
  }
}
