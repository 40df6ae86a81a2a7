import { createHandler, type WebHandler, type WebHandlerOptions } from "../../src/web/index.ts";
import { makeWorld, READ, readings, type World } from "../watch/world.ts";

export const TOKEN = "0123456789abcdef0123";
export const ORIGIN = "http://glucose.example";

export interface WebWorld extends World {
  readonly handler: WebHandler;
  get(path: string, init?: RequestInit): Promise<Response>;
  json(path: string): Promise<any>;
  /** Requests for readings that the service has received. */
  upstream(): number;
}

type Given = Partial<Omit<WebHandlerOptions, "public">> & {
  readonly world?: World;
  /** Makes the options that need the client. */
  readonly of?: (world: World) => Partial<WebHandlerOptions>;
};

/** A handler on a service with readings from a day before the start on; slot 0 is measured at the start. */
export function makeWeb({ world = makeWorld(readings(-287, 600)), of, ...options }: Given = {}): WebWorld {
  const handler = createHandler({
    ...(options.sources === undefined && of?.(world).sources === undefined && { source: world.dexcom }),
    ...(options.authorize === undefined && { public: true }),
    clock: world.own,
    ...options,
    ...of?.(world),
  });
  const get = (path: string, init?: RequestInit): Promise<Response> =>
    handler.fetch(new Request(path.startsWith("http") ? path : ORIGIN + path, init));
  return {
    ...world,
    handler,
    get,
    json: async (path) => (await get(path)).json(),
    upstream: () => world.count(READ),
  };
}
