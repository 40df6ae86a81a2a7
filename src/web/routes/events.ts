import type { Exchange } from "../http/exchange.ts";
import { securityHeaders } from "../http/reply.ts";
import { RequestError } from "../http/request-error.ts";
import { EventStream } from "./event-stream.ts";

/**
 * `GET /events`: a stream of events (WHATWG HTML, "Server-sent events"). Whoever comes back with the id of the last event
 * gets all that it has missed, or a snapshot.
 */
export async function events({ request, hub, options, parameters }: Exchange): Promise<Response> {
  const { isLive, maxViewers, frameAncestors } = options;
  if (!isLive) throw new RequestError(404, "There are no events here: read /api/current");
  const checkRoom = (): void => {
    if (hub.viewers >= maxViewers) throw new RequestError(503, "Too many viewers", { "retry-after": "30" });
  };
  checkRoom();
  await hub.use();
  // Others have waited at the same time.
  checkRoom();
  // A script can't set the header on an `EventSource` of its own.
  const lastId = request.headers.get("last-event-id") ?? parameters.text("lastEventId") ?? null;
  const isHead = request.method === "HEAD";
  return new Response(isHead ? null : new EventStream(hub, { lastId, signal: request.signal }).body, {
    headers: {
      "content-type": "text/event-stream",
      "cache-control": "no-store, no-transform",
      // nginx would keep back what it has not enough of.
      "x-accel-buffering": "no",
      ...securityHeaders(frameAncestors),
    },
  });
}
