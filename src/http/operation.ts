import type { ErrorDetails } from "../errors.ts";
import type { BuiltRequest } from "../wire/request.ts";

/** A request to the service, and how to read the response. */
export interface Operation<T> {
  readonly request: BuiltRequest;
  /** Makes a value of the response's text; `undefined` if it can't. @default JSON */
  readonly read?: ((text: string) => unknown) | undefined;
  /** Makes the result of the value. `details` completes an error that it throws. */
  readonly parse: (value: unknown, details: () => ErrorDetails, headers: Headers) => T;
  /** Called before each attempt. What it throws ends the call. */
  readonly beforePost?: (() => void | Promise<void>) | undefined;
  /** Called after each attempt that failed although the service may have carried out the request. */
  readonly onUndecided?: (() => void) | undefined;
  /** Called after each failed attempt. `false` keeps the request from being sent again. */
  readonly mayRepeat?: (() => boolean) | undefined;
}
