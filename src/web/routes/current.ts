import { describeWearer } from "../feed/describe.ts";
import type { Exchange } from "../http/exchange.ts";
import { RequestError } from "../http/request-error.ts";
import { jsonReply, type Reply } from "../http/reply.ts";

/** `GET /api/current`: the newest reading of each wearer, with its age. 503 if there has never been one to show. */
export async function current({ hub, parameters }: Exchange): Promise<Reply> {
  const name = parameters.text("wearer");
  const shown = hub.watched.filter(({ wearer }) => name === undefined || wearer.name === name);
  if (shown.length === 0) throw new RequestError(404, "No wearer has this name");
  await hub.use();
  const wearers = shown.map(({ wearer, alarms }) => describeWearer(wearer, alarms));
  const hasSucceeded = shown.some(({ wearer }) => wearer.hasSucceeded);
  return jsonReply({ now: new Date(hub.now()).toISOString(), wearers }, hasSucceeded ? {} : { status: 503 });
}
