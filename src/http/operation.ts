import type { DexcomError, ErrorDetails } from "../errors.ts";
import type { DetailsOf } from "../wire/faults.ts";
import type { Repetition } from "../wire/operations.ts";

/** A request that can be sent as it is: to the service, or to another site. */
export interface SendableRequest {
  readonly operation: {
    /** Name for events. */
    readonly path: string;
    readonly repetition: Repetition;
  };
  readonly method: "GET" | "POST";
  /** Path and query below the address of the services. */
  readonly target: string;
  readonly body: string | null;
  /** Headers besides those for JSON. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A request to the service, and how to read the response. */
export interface Operation<T> {
  readonly request: SendableRequest;
  /** Makes a value of the response's text; `undefined` if it can't. @default JSON */
  readonly read?: ((text: string) => unknown) | undefined;
  /** Makes the error that a response stands for; `undefined` if it is no fault. @default by the body's `Code` */
  readonly faultOf?: ((value: unknown, details: DetailsOf, status: number) => DexcomError | undefined) | undefined;
  /** Makes the result of the value. `details` completes an error that it throws. */
  readonly parse: (value: unknown, details: () => ErrorDetails, headers: Headers) => T;
  /** Called before each attempt. What it throws ends the call. */
  readonly beforePost?: (() => void | Promise<void>) | undefined;
  /** Called after each attempt that failed although the service may have carried out the request. */
  readonly onUndecided?: (() => void) | undefined;
  /** Called after each failed attempt. `false` keeps the request from being sent again. */
  readonly mayRepeat?: (() => boolean) | undefined;
}
