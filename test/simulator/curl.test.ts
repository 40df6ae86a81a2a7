/** Every operation of PROTOCOL.md asked by a plain `curl` as the descriptions of 2015 have it. Runs by itself, too. */
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { ShareSimulator } from "../../src/simulator/index.ts";
import { OPERATIONS } from "../../src/simulator/service/operations/index.ts";
import { listen, type ListeningSimulator } from "../../src/simulator/node.ts";
import { ALERTS } from "../publisher/examples.ts";

const run = promisify(execFile);
const APP = "d89443d2-327c-4a6f-89e5-496bbb0317db";
const NAME = "someone@example.com";
const PASSWORD = "correct horse battery";
const UUID = String.raw`[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}`;
const QUOTED_UUID = new RegExp(`^"${UUID}"$`);
const EMPTY = /^$/;
const WRAPPED = String.raw`\{"DateTime":"\\\/Date\(\d+\)\\\/","OffsetMinutes":0\}`;
const RECORDS = /^\[\{"WT":"Date\(\d+\)","ST":"Date\(\d+\)","DT":"Date\(\d+[+-]\d{4}\)","Value":\d+,"Trend":"\w+"\}/;

/** Values from earlier responses, by the names that later rows use. */
const known: Record<string, string> = { APP, NAME, PASSWORD };

interface Row {
  /** What `curl` is given besides the address; names in capitals are replaced by what is known. */
  readonly path: string;
  readonly method?: "GET";
  readonly body?: string;
  readonly accept?: string;
  readonly response: RegExp;
  /** The name that later rows use for the id in the response. */
  readonly as?: string;
}

const now = Math.floor(Date.now() / 1000) * 1000;

/** In an order that works: a wearer sets everything up, a follower reads, everything is taken down. */
const ROWS: readonly Row[] = [
  {
    path: "General/SystemUtcTime",
    method: "GET",
    accept: "application/json",
    response: new RegExp(`^${WRAPPED}$`),
  },
  {
    path: "General/SystemUtcTime",
    method: "GET",
    accept: "*/*",
    response: /^<\w+[^>]*><DateTime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z<\/DateTime>/,
  },
  {
    path: "General/AuthenticatePublisherAccount",
    body: '{"accountName":"NAME","password":"PASSWORD","applicationId":"APP"}',
    response: QUOTED_UUID,
    as: "ACCOUNT",
  },
  {
    path: "General/LoginPublisherAccountById",
    body: '{"accountId":"ACCOUNT","password":"PASSWORD","applicationId":"APP"}',
    response: QUOTED_UUID,
    as: "SESSION",
  },
  {
    path: "General/LoginPublisherAccountByName",
    body: '{"accountName":"NAME","password":"PASSWORD","applicationId":"APP"}',
    response: /^"00000000-0000-0000-0000-000000000000"$/,
  },
  {
    path: "Publisher/ReadPublisherLatestGlucoseValues?sessionId=SESSION&minutes=1440&maxCount=1",
    body: "",
    response: RECORDS,
  },
  {
    path: "Publisher/ReadPublisherLatestGlucoseValues?sessionID=SESSION&minutes=1440&maxCount=1",
    body: "{}",
    response: RECORDS,
  },
  {
    path: "Publisher/ReadPublisherLatestGlucoseValues",
    body: '{"sessionId":"SESSION","minutes":1440,"maxCount":100}',
    response: RECORDS,
  },
  {
    path: "Publisher/ReadPublisherLatestGlucoseValues?sessionId=SESSION&minutes=1440&maxCount=1",
    method: "GET",
    response: RECORDS,
  },
  // With the stray slash of the first description.
  {
    path: "Publisher/CheckMonitoredReceiverAssignmentStatus/?sessionId=SESSION&serialNumber=SM00000000",
    body: "",
    response: /^"NotAssigned"$/,
  },
  {
    path: "Publisher/ReplacePublisherAccountMonitoredReceiver?sessionId=SESSION&serialNumber=SM00000000",
    body: "",
    response: EMPTY,
  },
  {
    path: "Publisher/CheckMonitoredReceiverAssignmentStatus?sessionId=SESSION&serialNumber=SM00000000",
    body: "",
    response: /^"AssignedToYou"$/,
  },
  { path: "Publisher/IsRemoteMonitoringSessionActive?sessionId=SESSION", body: "", response: /^false$/ },
  {
    path: "Publisher/StartRemoteMonitoringSession?sessionId=SESSION&serialNumber=SM00000000",
    body: "",
    response: EMPTY,
  },
  { path: "Publisher/IsRemoteMonitoringSessionActive?sessionId=SESSION", body: "", response: /^true$/ },
  {
    path: "Publisher/UpdatePublisherAccountRuntimeInfo",
    body: '{"sessionId":"SESSION","runtimeInfo":{"DeviceManufacturer":"Apple","DeviceModel":"iPhone5,2","DeviceOsVersion":"7.0.2","AppVersion":"3.0.2.11","AppName":"DexcomShare","AppNumber":"SW10569","DeviceOsName":"iPhone OS"}}',
    response: EMPTY,
  },
  {
    path: "Publisher/PostReceiverEgvRecords?sessionId=SESSION",
    body: String.raw`{"SN":"SM00000000","Egvs":[{"Trend":4,"ST":"\/Date(${now + 14_365_000})\/","DT":"\/Date(${now - 14_424_000})\/","Value":97}],"TA":-14365}`,
    response: EMPTY,
  },
  {
    path: "Publisher/DoesContactExistByName?sessionId=SESSION&contactName=Gran",
    body: "",
    response: /^false$/,
  },
  {
    path: "Publisher/CreateContact?sessionId=SESSION&contactName=Gran&emailAddress=gran%40example.com",
    body: "",
    response: QUOTED_UUID,
    as: "CONTACT",
  },
  {
    path: "Publisher/CreateSubscriptionInvitation?sessionId=SESSION&contactId=CONTACT",
    body: `{"AlertSettings":${ALERTS},"Permissions":1,"DisplayName":"Sharer display name"}`,
    response: QUOTED_UUID,
    as: "SUBSCRIPTION",
  },
  {
    path: "Publisher/ListPublisherAccountSubscriptions?sessionId=SESSION",
    body: "",
    response: new RegExp(
      `^\\[\\{"ContactId":"${UUID}","ContactName":"Follower","DateTimeCreated":${WRAPPED},"DateTimeModified":${WRAPPED},"DisplayName":"[^"]+","InviteExpires":${WRAPPED},"IsEnabled":true,"IsMonitoringSessionActive":true,"Permissions":1,"State":6,"SubscriberId":"${UUID}","SubscriptionId":"${UUID}"\\},.*"State":2,`,
    ),
  },
  {
    path: "Publisher/ReadContact?sessionId=SESSION&contactId=CONTACT",
    body: "",
    response: new RegExp(`^\\{"ContactId":"${UUID}",.*"Email":"gran@example.com"`),
  },
  {
    path: "Publisher/UpdateContactName?sessionId=SESSION&contactId=CONTACT&contactName=Grandmother",
    body: "",
    response: EMPTY,
  },
  {
    path: "General/ReadSubscriptionAlerts?sessionId=SESSION&subscriptionId=SUBSCRIPTION",
    body: "",
    response: /^\{"HighAlert":\{"MinValue":200,.*"Sound":"NoData\.wav"\}\}$/,
  },
  {
    path: "Publisher/UpdateSubscriptionPermissions?sessionId=SESSION&subscriptionId=SUBSCRIPTION&permissions=0",
    body: "",
    response: EMPTY,
  },
  {
    path: "General/LoginSubscriberAccount",
    body: '{"accountId":"FOLLOWER","password":"SECRET","applicationId":"APP"}',
    response: QUOTED_UUID,
    as: "THEIRS",
  },
  {
    path: "Subscriber/ListSubscriberAccountSubscriptions?sessionId=THEIRS",
    body: "",
    response: /^\[\{"ContactId":.*"InvitationId":"/,
  },
  {
    path: "Subscriber/ReadSubscriptionLatestGlucoseValues?sessionId=THEIRS&subscriptionId=SHARED&minutes=1440&maxCount=288",
    body: "",
    response: RECORDS,
  },
  {
    path: "Subscriber/ReadLastGlucoseFromSubscriptions?sessionId=THEIRS",
    body: '["SHARED"]',
    response: /^\[\{"Egv":\{.*"Value":\d+,/,
  },
  {
    path: "General/PauseSubscription?sessionId=SESSION&subscriptionId=SHARED",
    body: "",
    response: EMPTY,
  },
  {
    path: "General/ResumeSubscription?sessionId=SESSION&subscriptionId=SHARED",
    body: "",
    response: EMPTY,
  },
  { path: "Publisher/DeleteContact?sessionId=SESSION&contactId=CONTACT", body: "", response: EMPTY },
  { path: "Publisher/StopRemoteMonitoringSession?sessionId=SESSION", body: "", response: EMPTY },
];

/** The text with everything that is known in the place of its name. */
function filledIn(text: string): string {
  return text.replace(/\b[A-Z]{3,}\b/g, (name) => (Object.hasOwn(known, name) ? known[name]! : name));
}

function hasCurl(): boolean {
  try {
    execFileSync("curl", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const skip = hasCurl() ? false : "there is no curl on this machine";
let server: ListeningSimulator;

before(async () => {
  const simulator = new ShareSimulator({ accounts: [{ username: NAME, password: PASSWORD }] });
  const { accountId, secret, subscriptionId } = simulator.listFollowers(NAME)[0]!;
  Object.assign(known, { FOLLOWER: accountId, SECRET: secret, SHARED: subscriptionId });
  server = await listen(simulator);
});
after(() => server.close());

test("no operation is left out", () => {
  const asked = new Set(ROWS.map(({ path }) => path.replace(/\/?(\?.*)?$/, "")));
  assert.deepEqual([...asked].sort(), [...OPERATIONS.keys()].sort());
});

for (const { path, method, body, accept = "application/json", response, as } of ROWS) {
  test(`curl gets the recorded response to ${method ?? "POST"} ${path.split("?")[0]!}`, { skip }, async () => {
    const address = `${server.url}/ShareWebServices/Services/${filledIn(path)}`;
    const data =
      body === undefined
        ? []
        : ["--request", "POST", "--header", "Content-Type: application/json", "--data-binary", filledIn(body)];
    const given = [
      "--silent",
      "--show-error",
      "--max-time",
      "10",
      "--header",
      `Accept: ${accept}`,
      "--write-out",
      "\n%{http_code}",
      ...data,
      address,
    ];
    const { stdout } = await run("curl", given);
    const [, text = "", status] = /^([^]*)\n(\d+)$/.exec(stdout) ?? [];
    assert.equal(status, "200", text);
    assert.match(text, response);
    if (as !== undefined) known[as] = JSON.parse(text) as string;
  });
}
