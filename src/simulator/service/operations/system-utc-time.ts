import { type ServiceResponse, jsonResponse } from "../wire/response.ts";
import type { Operation } from "../operation.ts";

/**
 * The service's clock, for anybody: JSON if the Accept header asks for it, XML if not (PROTOCOL.md, "Service time").
 */
export const systemUtcTime: Operation = {
  name: "SystemUtcTime",
  group: "General",
  methods: ["GET"],
  respond({ headers, nowMs }): ServiceResponse {
    if (/\bapplication\/json\b/i.test(headers.get("accept") ?? "")) {
      // The only form on record has the slashes, escaped; a virtual clock may have moved by a part of a millisecond.
      return jsonResponse(`{"DateTime":"\\/Date(${Math.floor(nowMs)})\\/","OffsetMinutes":0}`);
    }
    // Clients read the text of the outer element's first child. The names are those of .NET's own writer, whose JSON
    // has the same two members (inference).
    const iso = new Date(nowMs).toISOString().replace("Z", "0000Z");
    return {
      status: 200,
      headers: [["content-type", "application/xml"]],
      body:
        '<DateTimeOffset xmlns="http://schemas.datacontract.org/2004/07/System" ' +
        'xmlns:i="http://www.w3.org/2001/XMLSchema-instance">' +
        `<DateTime>${iso}</DateTime><OffsetMinutes>0</OffsetMinutes></DateTimeOffset>`,
    };
  },
};
