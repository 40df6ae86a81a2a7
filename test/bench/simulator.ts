/**
 * `node --expose-gc test/bench/simulator.ts`: what a request costs a simulator of 100, 4,000 and 100,000 accounts, beside
 * one of 100, and how much memory an account takes. Half of the requests are logins, half are reads.
 */
import { type AccountOptions, ShareSimulator } from "../../src/simulator/index.ts";
import { median } from "./figure.ts";

const COUNTS = [100, 4000, 100_000];
const REQUESTS = 400;
const ROUNDS = 5;
const SERVICES = "https://share2.dexcom.com/ShareWebServices/Services";
const APPLICATION_ID = "d89443d2-327c-4a6f-89e5-496bbb0317db";

const nameOf = (index: number): string => `wearer${index}@example.com`;
const passwordOf = (index: number): string => `secret of ${index}`;
const toAccount = (index: number): AccountOptions => ({ username: nameOf(index), password: passwordOf(index) });

/** The heap when everything that can be collected has been. */
function collectedBytes(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

interface Subject {
  readonly count: number;
  readonly simulator: ShareSimulator;
  readonly bytesPerAccount: number;
  readonly costs: number[];
}

function makeSubject(count: number): Subject {
  const before = collectedBytes();
  const simulator = new ShareSimulator({ accounts: Array.from({ length: count }, (_, index) => toAccount(index)) });
  return { count, simulator, bytesPerAccount: (collectedBytes() - before) / count, costs: [] };
}

async function post(simulator: ShareSimulator, operation: string, body: object): Promise<string> {
  const response = await simulator.fetch(`${SERVICES}/${operation}`, { method: "POST", body: JSON.stringify(body) });
  return response.text();
}

/** Processor milliseconds of one request, half of them logins by name and half reads of one reading. */
async function measure({ simulator, count, costs }: Subject): Promise<void> {
  const accountName = nameOf(count - 1);
  const credentials = { password: passwordOf(count - 1), applicationId: APPLICATION_ID };
  const accountId = simulator.getAccountId(accountName);
  const login = await post(simulator, "General/LoginPublisherAccountById", { accountId, ...credentials });
  const read = { sessionId: JSON.parse(login) as string, minutes: 1440, maxCount: 1 };
  const before = process.cpuUsage();
  for (let request = 0; request < REQUESTS; request += 2) {
    await post(simulator, "General/AuthenticatePublisherAccount", { accountName, ...credentials });
    await post(simulator, "Publisher/ReadPublisherLatestGlucoseValues", read);
  }
  const { user, system } = process.cpuUsage(before);
  costs.push((user + system) / 1000 / REQUESTS);
}

const subjects: Subject[] = [];
for (const count of COUNTS) subjects.push(makeSubject(count));
// In turns, so that a busy machine slows all of them alike. The first round warms up.
for (let round = 0; round <= ROUNDS; round++) for (const subject of subjects) await measure(subject);

const cost = ({ costs }: Subject): number => median(costs.slice(1));
console.log("accounts | ms of processor a request | beside 100 accounts | bytes an account");
for (const subject of subjects) {
  const ratio = cost(subject) / cost(subjects[0]!);
  const figures = [
    subject.count,
    cost(subject).toFixed(3),
    `× ${ratio.toFixed(2)}`,
    Math.round(subject.bytesPerAccount),
  ];
  console.log(figures.join(" | "));
}
