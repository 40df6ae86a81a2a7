import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { APP, type Got, NAME } from "./raw-client.ts";
import { isEmpty, logIn, SERIAL, UNKNOWN } from "./sharing-world.ts";

describe("receivers and the monitoring session", () => {
  test("go from unassigned to assigned, active and stopped, in the recorded words", async () => {
    const { ask } = await logIn();
    const assignment = async (serialNumber = SERIAL): Promise<string> =>
      (await ask("Publisher/CheckMonitoredReceiverAssignmentStatus", { serialNumber })).text;
    const active = async (): Promise<string> => (await ask("Publisher/IsRemoteMonitoringSessionActive")).text;
    assert.deepEqual([await assignment(), await active()], ['"NotAssigned"', "false"]);
    isEmpty(await ask("Publisher/ReplacePublisherAccountMonitoredReceiver", { serialNumber: SERIAL }));
    assert.deepEqual([await assignment(), await assignment("SM11111111")], ['"AssignedToYou"', '"NotAssigned"']);
    // The public list of operations writes the query with a slash at its end.
    assert.deepEqual(
      [await assignment(`${SERIAL}/`), await assignment("SM11111111/"), await assignment("/")].map((text) =>
        text.slice(0, 28),
      ),
      ['"AssignedToYou"', '"NotAssigned"', '{"Code":"InvalidArgument","M'],
    );
    isEmpty(await ask("Publisher/StartRemoteMonitoringSession", { serialNumber: SERIAL }));
    assert.equal(await active(), "true");
    isEmpty(await ask("Publisher/StopRemoteMonitoringSession"));
    assert.equal(await active(), "false");
    // Any serial number takes the place of the other.
    isEmpty(await ask("Publisher/ReplacePublisherAccountMonitoredReceiver", { serialNumber: "8GABCD" }));
    assert.deepEqual([await assignment(), await assignment("8GABCD")], ['"NotAssigned"', '"AssignedToYou"']);
  });

  test("are refused in the wrong order", async () => {
    const { ask, post } = await logIn();
    const start = (serialNumber = SERIAL): Promise<Got> =>
      ask("Publisher/StartRemoteMonitoringSession", { serialNumber });
    assert.equal((await post({})).code, "MonitoredReceiverNotAssigned");
    assert.equal((await post({})).message, "Publisher account does not have a valid monitored receiver.");
    assert.equal((await start()).code, "MonitoredReceiverNotAssigned");
    assert.equal((await ask("Publisher/StopRemoteMonitoringSession")).code, "MonitoringSessionNotActive");
    await ask("Publisher/ReplacePublisherAccountMonitoredReceiver", { serialNumber: SERIAL });
    const again = await ask("Publisher/ReplacePublisherAccountMonitoredReceiver", { serialNumber: SERIAL });
    assert.deepEqual([again.status, again.code === undefined], [500, false]);
    assert.equal((await post({})).code, "MonitoringSessionNotActive");
    assert.equal((await start("SM11111111")).code, "MonitoredReceiverSerialNumberDoesNotMatch");
    isEmpty(await start());
    const twice = await start();
    assert.deepEqual(
      [twice.code, twice.message],
      ["MonitoringSessionAlreadyActive", "Publisher account already has an active monitoring session"],
    );
    isEmpty(await post({}));
    await ask("Publisher/ReplacePublisherAccountMonitoredReceiver", { serialNumber: "SM11111111" });
    assert.equal((await post({})).code, "MonitoredReceiverSerialNumberDoesNotMatch");
  });

  test("have serial numbers of letters and digits", async () => {
    const { ask } = await logIn();
    for (const serialNumber of ["", "SM", "SM 0000000", "SM-00000000", "S".repeat(17)]) {
      for (const operation of [
        "CheckMonitoredReceiverAssignmentStatus",
        "ReplacePublisherAccountMonitoredReceiver",
        "StartRemoteMonitoringSession",
      ]) {
        assert.equal(
          (await ask(`Publisher/${operation}`, { serialNumber })).code,
          "InvalidArgument",
          `${operation} ${serialNumber}`,
        );
      }
    }
  });

  test("need a session of the publisher's", async () => {
    const { call, simulator, ask } = await logIn({ followers: ["Follower"] });
    const { accountId, secret } = simulator.listFollowers(NAME)[0]!;
    const follower = (
      await call("General/LoginSubscriberAccount", { body: { accountId, password: secret, applicationId: APP } })
    ).json as string;
    const active = "Publisher/IsRemoteMonitoringSessionActive";
    assert.equal((await ask(active, { sessionId: follower })).code, "SessionIdNotFound");
    assert.equal((await ask(active, { sessionId: UNKNOWN })).code, "SessionIdNotFound");
    assert.equal((await ask(active, { sessionId: "1" })).status, 400);
    simulator.expireSessions();
    assert.equal((await ask(active)).code, "SessionNotValid");
  });
});
