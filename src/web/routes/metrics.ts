import type { Exchange } from "../http/exchange.ts";
import type { Reply } from "../http/reply.ts";
import { CONTENT_TYPES, writeMetrics } from "../metrics/exposition.ts";
import { makeFamilies } from "../metrics/families.ts";

/** `GET /metrics`: for Prometheus, in OpenMetrics if the request accepts that. */
export async function metrics({ request, hub }: Exchange): Promise<Reply> {
  await hub.use();
  const accept = request.headers.get("accept") ?? "";
  const form = accept.includes("application/openmetrics-text") ? "openmetrics" : "prometheus";
  return {
    type: CONTENT_TYPES[form],
    body: writeMetrics(makeFamilies(hub.watched), form),
    headers: { vary: "Accept" },
  };
}
