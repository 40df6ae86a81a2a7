import { type ServiceResponse, idResponse } from "../wire/response.ts";
import { ZEROS } from "../wire/guid.ts";
import type { Call, Operation } from "../operation.ts";
import { checkCredentials } from "./credentials.ts";

/** Account name → account id, which is no session (PROTOCOL.md, "Account name to account id"). */
export const authenticatePublisherAccount: Operation = {
  name: "AuthenticatePublisherAccount",
  group: "General",
  methods: ["POST"],
  isLogin: true,
  respond(call): ServiceResponse {
    call.given.requireWellFormed();
    const { accountId, idForm } = checkByName(call);
    return idResponse(JSON.stringify(idForm === "object" ? { accountId } : accountId));
  },
};

/** Account id → session id (PROTOCOL.md, "Account id to session id"). */
export const loginPublisherAccountById: Operation = {
  name: "LoginPublisherAccountById",
  group: "General",
  methods: ["POST"],
  isLogin: true,
  respond(call): ServiceResponse {
    call.given.requireWellFormed();
    const accountId = call.given.guid("accountId");
    // Status 200 and no login, whatever the password (recorded 2024-07-21).
    if (accountId === ZEROS) return idResponse(JSON.stringify(ZEROS));
    const account = checkCredentials(call, { by: "AccountId", value: accountId }, call.given.text("password"));
    return idResponse(JSON.stringify(call.service.sessions.open(account, call.nowMs)));
  },
};

/** Account name → session id in one step, until about 2020; zeros since (PROTOCOL.md, "One-step login by name"). */
export const loginPublisherAccountByName: Operation = {
  name: "LoginPublisherAccountByName",
  group: "General",
  methods: ["POST"],
  isLogin: true,
  respond(call): ServiceResponse {
    call.given.requireWellFormed();
    const { loginByName } = call.service.settings;
    const isPlain = /^\w+$/.test(call.given.text("accountName"));
    if (loginByName === "zeros" || (loginByName === "plain-names" && !isPlain))
      return idResponse(JSON.stringify(ZEROS));
    return idResponse(JSON.stringify(call.service.sessions.open(checkByName(call), call.nowMs)));
  },
};

function checkByName(call: Call): ReturnType<typeof checkCredentials> {
  const accountName = call.given.text("accountName");
  return checkCredentials(call, { by: "AccountName", value: accountName }, call.given.text("password"));
}
