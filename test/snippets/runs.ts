/** What the snippets print when they run. */
import { once } from "node:events";
import { get, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Deliver } from "../../src/alarms/index.ts";
import type { Fleet, FleetWorker } from "../../src/fleet/index.ts";
import { bodyOf, delivered, ENV, handled, READING, textOf, URGENT_LOW, type Run } from "./uses.ts";
import { WEB_RUNS } from "./web-runs.ts";

/**
 * By file, title and, for all but the first under one title, number. Each snippet of a document needs an entry. One of a
 * doc comment needs one if it runs on, or if its output is worth a look; all others must end without an error.
 */
export const RUNS: Readonly<Record<string, Run>> = {
  "README.md, First reading": { prints: /^\d+ \S+ at \d\d:\d\d, \d min ago\n$/ },
  "README.md, First reading (2)": { prints: /^\d+\.\d mmol\/L\n$/ },
  "README.md, Follow readings": { prints: READING },
  "README.md, Errors": { prints: /^$/ },
  "README.md, Test without a sensor": { prints: /^2\d\d readings\n$/ },
  "src/glucose/README.md, Show a value": { prints: /^126\n7\.0 mmol\/L\nLOW\n6\n$/ },
  "src/watch/README.md, Follow readings": { prints: READING },
  "src/watch/README.md, Events": { prints: /^$/ },
  "src/watch/README.md, Resume after a restart": { prints: /^\d+\n/ },
  "src/watch/README.md, A day in milliseconds": { prints: /^2\d\d readings, [1-9] times stale\n$/ },
  "src/fleet/README.md, Follow thousands of accounts": {
    use: async ({ fleet, worker }) => {
      for (;;) {
        const status = await (fleet as Fleet).status("patient-17");
        if (status?.lastReadingAt !== undefined) break;
        await new Promise(setImmediate);
      }
      await (worker as FleetWorker).close();
      await (fleet as Fleet).close();
      return "";
    },
    prints: /^patient-17 \d+ mg\/dL\n/,
  },
  "src/poll/README.md, Follow readings step by step": { prints: /^\d\d:\d\d {2}\d+\n/ },
  "src/poll/README.md, A cron script with a state file": { prints: /^\S+Z \d+\n$/ },
  "src/poll/README.md, A cron trigger of Workers": {
    use: async ({ default: worker }) => {
      const { scheduled } = worker as { scheduled: (event: unknown, env: unknown) => Promise<void> };
      await scheduled({}, ENV);
      // Comes early, and prints nothing.
      await scheduled({}, ENV);
      return "";
    },
    prints: /^\S+Z \d+\n$/,
  },
  "src/poll/README.md, A Durable Object's alarm": {
    use: async ({ Wearer }) => {
      const kept = new Map<string, unknown>();
      const set: Date[] = [];
      const storage = {
        get: async (key: string) => kept.get(key),
        put: async (key: string, value: unknown) => void kept.set(key, value),
        setAlarm: async (at: Date) => void set.push(at),
      };
      const make = Wearer as new (
        context: unknown,
        env: unknown,
      ) => { fetch(): Promise<unknown>; alarm(): Promise<void> };
      const wearer = new make({ storage }, ENV);
      await wearer.fetch();
      await wearer.alarm();
      const [first, second] = set.map(Number);
      return `${kept.size} state, ${second! > first!}`;
    },
    prints: /^\S+Z \d+\n1 state, true$/,
  },
  "src/subscriber/README.md, Read as a follower": { prints: /^Sam \d+ mg\/dL \S+\n$/ },
  "src/stores/README.md, A cron script": { prints: /^\d+ \S+\n$/ },
  "src/stores/README.md, Many accounts": {
    use: async ({ dexcomFor }) => {
      const dexcom = (
        dexcomFor as (username: string, password: string) => { getGlucoseReadings(): Promise<unknown[]> }
      )("someone@example.com", "secret");
      return String((await dexcom.getGlucoseReadings()).length);
    },
    prints: /^someone@example\.com login\n2\d\d$/,
  },
  "src/stores/README.md, Workers KV": { use: handled, prints: /^200 \{"mgDl":\d+,/ },
  "src/statistics/README.md, Statistics": { prints: /^\d+\.\d+ \d+\.\d+\nNo GMI: dates, [12] of 14\n$/ },
  "src/statistics/README.md, Statistics (2)": { prints: /^undefined 0\n$/ },
  "src/statistics/README.md, Episodes": { prints: /^(\S+Z \w+ \d+ \d+ (recovery|gap|end)\n)+$/ },
  "src/statistics/README.md, Profile by time of day": { prints: /^(\d+ (\d+(\.\d+)?|too few days)\n){24}$/ },
  "src/simulator/README.md, Simulator": { prints: /^\d+\n$/ },
  "src/simulator/README.md, Options": { prints: /^$/ },
  "src/simulator/README.md, Faults on demand": { prints: /^\[\]\n$/ },
  "src/simulator/README.md, Clocks": { prints: /^(\d+\n){200}/ },
  "src/simulator/README.md, Clients in other languages": { prints: /^http:\/\/127\.0\.0\.1:\d+\/\S+SystemUtcTime\n$/ },
  "src/session/README.md, Keep the session in a place of your own": { prints: /^$/ },
  "src/session/README.md, Serverless handlers": { use: handled, prints: /^200 \{"mgDl":\d+,/ },
  "src/session/README.md, Serverless handlers (2)": {
    use: async ({ GET }) => textOf(await (GET as () => Promise<Response>)()),
    prints: /^200 \{"mgDl":\d+,/,
  },
  "src/session/README.md, Servers and bots": {
    use: async ({ glucose }) => {
      let responded = "200";
      const response = {
        status: (code: number) => ((responded = String(code)), response),
        json: (body: unknown) => (responded += ` ${JSON.stringify(body)}`),
      };
      await (glucose as (request: unknown, reply: typeof response) => Promise<void>)({}, response);
      return responded;
    },
    prints: /^200 \{"glucose":"\d+","ageMinutes":\d\}$/,
  },
  "src/session/README.md, Servers and bots (2)": {
    use: async ({ glucose }) => {
      const said: string[] = [];
      const command = {
        deferReply: async () => said.push("deferred"),
        editReply: async (text: string) => said.push(text),
      };
      await (glucose as (it: typeof command) => Promise<void>)(command);
      return said.join("\n");
    },
    prints: /^deferred\n\d+ mg\/dL \S+ \d min ago$/,
  },
  "src/session/README.md, Servers and bots (3)": {
    use: async (module) => {
      const server = module["server"] as Server;
      if (!server.listening) await once(server, "listening");
      try {
        const { port } = server.address() as AddressInfo;
        return await bodyOf(get({ port, host: "127.0.0.1", agent: false }));
      } finally {
        server.close();
      }
    },
    prints: /^200 \{"glucose":"\d+","ageMinutes":\d\}$/,
  },
  "src/publisher/README.md, Post readings": { prints: /^97 \S+ accepted true\n$/ },
  "src/publisher/README.md, Invite a follower": { prints: /^Follower active\nGrandmother invited\n$/ },
  "src/chart/README.md, Charts": { prints: /^$/ },
  "src/chart/README.md, E-ink": { prints: /^<svg .*<\/svg>\n$/s },
  "src/archive/README.md, Archive": { prints: /^\d+\n/ },
  "src/archive/README.md, Import a history": { prints: /^2 new readings\n$/ },
  "src/archive/README.md, Export": { prints: /^$/ },
  "src/alarms/README.md, Alarms": { prints: /^Urgent low: 50 mg\/dL\n/i },
  "src/alarms/README.md, State over restarts": { prints: /^Urgent low: 50 mg\/dL\n/i },
  "src/alarms/README.md, ntfy": { use: delivered, prints: /^POST https:\/\/ntfy\.sh\/\S+ Urgent low: 50 mg\/dL/i },
  "src/alarms/README.md, Pushover": { use: delivered, prints: /^POST \S+pushover\S+ .*message=Urgent.*&priority=2&/i },
  "src/alarms/README.md, Telegram": { use: delivered, prints: /^POST \S+telegram\S+ \{.*"text":"Urgent low: 50 mg/i },
  "src/alarms/README.md, Home Assistant": { use: delivered, prints: /^POST \S+webhook\S+ \{"type":"raised".*"text":/ },
  "src/alarms/README.md, Two people": {
    use: async ({ toAll }) => {
      const heard: string[] = [];
      const deliver = (toAll as (...channels: readonly Deliver[]) => Deliver)(
        ({ type }) => heard.push(`first ${type}`),
        ({ type }) => heard.push(`second ${type}`),
      );
      await deliver(URGENT_LOW);
      return heard.join("\n");
    },
    prints: /^first raised\nsecond raised$/,
  },
  "src/fleet/fleet.ts, Fleet": { prints: /state: 'polled'/ },
  "src/poll/poll.ts, poll": { prints: READING },
  "src/simulator/README.md, Nightscout": { prints: /^\[ 101 \]\n$/ },
  "src/nightscout/README.md, Nightscout": { prints: /^uploaded\n/ },
  "src/nightscout/README.md, Nightscout (2)": { prints: /^$/ },
  "src/nightscout/README.md, Upload yourself": { prints: /^true true \d+ 0 0 \d+\n$/ },
  ...WEB_RUNS,
  "src/nightscout/README.md, Serve clocks, watch faces and followers": {
    use: async ({ default: handler }) => {
      const { fetch } = handler as { fetch: (request: Request) => Promise<Response> };
      const url = "https://clock.example.com/api/v1/entries.json?count=1&token=reader-0123456789abcdef";
      return textOf(await fetch(new Request(url)));
    },
    prints: /^200 \[\{"_id":"[0-9a-f]{24}","type":"sgv"/,
  },
  "src/nightscout/bridge.ts, bridge": { prints: /^uploaded\n/ },
  "src/dexcom.ts, watch": { prints: /^\S+Z \d+ mg\/dL/ },
  "src/archive/keep.ts, keep": { prints: /^\d+\n/ },
  "src/alarms/watch-alarms.ts, watchAlarms": { prints: /^\d+\n/ },
  "src/simulator/clock/scaled-clock.ts, ScaledClock": { prints: /^\d+\n/ },
};
