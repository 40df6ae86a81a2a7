import type { Hub } from "../feed/hub.ts";
import type { Watched } from "../feed/watched.ts";
import type { ResolvedWebOptions } from "../options.ts";
import type { Parameters } from "./parameters.ts";
import type { Reply } from "./reply.ts";
import { RequestError } from "./request-error.ts";

/** A request with everything that a route needs. */
export interface Exchange {
  readonly request: Request;
  readonly url: URL;
  readonly parameters: Parameters;
  readonly options: ResolvedWebOptions;
  readonly hub: Hub;
  /** Value that the forms of this handler's own pages send. */
  readonly formKey: string;
}

/** Responds to a request that is allowed. */
export type Route = (exchange: Exchange) => Promise<Reply | Response>;

/**
 * Returns the wearer that a request names; with one wearer it need not.
 *
 * @throws {RequestError} If there is no such wearer, or several wearers and no name.
 */
export function wearerOf({ hub, parameters }: Exchange): Watched {
  const name = parameters.text("wearer");
  const { watched } = hub;
  if (name === undefined && watched.length === 1) return watched[0]!;
  const found = watched.find(({ wearer }) => wearer.name === name);
  if (found !== undefined) return found;
  const names = watched.map(({ wearer }) => wearer.name).join(", ");
  throw new RequestError(name === undefined ? 400 : 404, `wearer must be ${names === "" ? "left out" : names}`);
}
