import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attributes, Span, Telemetry } from "bullmq";
import { Fleet } from "../../src/fleet/index.ts";
import { noRedis } from "../stores/redis-server.ts";
import { Rig, SECRET, until, useRedis } from "./rig.ts";

const redis = useRedis();

/** Telemetry that notes the names of spans, and what is said of them. */
function fakeTelemetry(): { telemetry: Telemetry<string>; spans: string[]; said: Attributes[] } {
  const spans: string[] = [];
  const said: Attributes[] = [];
  const span: Span<string> = {
    setSpanOnContext: (context) => context,
    setAttribute: (name, value) => void said.push({ [name]: value }),
    setAttributes: (attributes) => void said.push(attributes),
    addEvent: () => undefined,
    recordException: () => undefined,
    end: () => undefined,
  };
  const telemetry: Telemetry<string> = {
    tracer: { startSpan: (name) => (spans.push(name), span) },
    contextManager: {
      with: (_context, work) => work(),
      active: () => "context",
      getMetadata: () => "metadata",
      fromMetadata: (context) => context,
    },
  };
  return { telemetry, spans, said };
}

test("BullMQ's telemetry sees what a fleet adds and polls, and no key", { skip: noRedis }, async (t) => {
  const rig = new Rig(t, redis().port);
  const { telemetry, spans, said } = fakeTelemetry();
  const fleet = new Fleet({ connection: rig.connection, secret: SECRET, prefix: rig.prefix, telemetry });
  t.after(() => fleet.close());
  rig.worker({ telemetry });
  await fleet.add("a-name-of-mine");
  await until("a reading", () => rig.inbox.delivered.size > 0);
  for (const what of ["addBulk us", "process us"]) assert.ok(spans.includes(what), [...new Set(spans)].join());
  assert.doesNotMatch(JSON.stringify(said), /a-name-of-mine/);
});
