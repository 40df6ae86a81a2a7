import type { OperationRow, SharingRow } from "./operations.ts";

/** Arguments of an operation, by the service's names. `payload` is a body that is one argument. */
export type OperationArguments = Readonly<Record<string, unknown>>;

/** A request that can be sent as it is. */
export interface BuiltRequest {
  readonly operation: Pick<OperationRow, "path" | "repetition">;
  readonly method: "GET" | "POST";
  /** Path and query below the address of the services. */
  readonly target: string;
  readonly body: string | null;
}

/** Builds a request whose arguments travel in the body. */
export function buildRequest(operation: OperationRow, args: OperationArguments = {}): BuiltRequest {
  const { path, method = "POST", body } = operation;
  return { operation, method, target: path, body: body ? JSON.stringify(pick(args, body)) : null };
}

/** Builds a request: puts each argument where the operation's row says. */
export function buildSharingRequest(operation: SharingRow, args: OperationArguments = {}): BuiltRequest {
  const { path, method = "POST", query, body, escapesSlashes } = operation;
  const search = query && new URLSearchParams(pick(args, query) as Record<string, string>).toString();
  const payload = body && JSON.stringify(body === "payload" ? args["payload"] : pick(args, body));
  return {
    operation,
    method,
    target: search ? `${path}?${search}` : path,
    // In JSON a slash can only occur in a string.
    body: (escapesSlashes ? payload?.replaceAll("/", String.raw`\/`) : payload) ?? null,
  };
}

function pick(args: OperationArguments, names: readonly string[]): OperationArguments {
  return Object.fromEntries(names.map((name) => [name, args[name]]));
}
