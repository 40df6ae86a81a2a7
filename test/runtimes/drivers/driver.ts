import type { Stage } from "../stage.ts";
import type { Result } from "../suite/index.ts";

export interface Setting {
  readonly stage: Stage;
  /** Of the host, such as `http://127.0.0.1:49152`. */
  readonly hostUrl: string;
  /** Aborts when the runtime has had its time: a driver then ends what it has started, which fails the run. */
  readonly signal: AbortSignal;
}

/** A runtime that is there. */
export interface Runtime {
  readonly version: string;
  /** Whatever it starts has ended when this settles. */
  run(setting: Setting): Promise<Result[]>;
}

export interface Driver {
  /** Such as `Node 22` or `workerd, nodejs_compat`. */
  readonly name: string;
  /** The runtime, or why it is absent. */
  find(): Promise<Runtime | string>;
}
