import { type ServiceResponse, jsonResponse } from "./response.ts";
import type { LockOutCode, RefusalCode, SubCodeForm } from "../../options.ts";
import type { RandomStream } from "../../readings/random.ts";

/** Codes of the faults that are known (PROTOCOL.md, "Fault codes"). */
export type FaultCode =
  | RefusalCode
  | LockOutCode
  | "SSO_AuthenticateAccountNotFound"
  | "SessionIdNotFound"
  | "SessionNotValid"
  | "InvalidArgument"
  | "MonitoredReceiverNotAssigned"
  | "MonitoredReceiverAlreadyAssigned"
  | "MonitoredReceiverSerialNumberDoesNotMatch"
  | "MonitoringSessionNotActive"
  | "MonitoringSessionAlreadyActive"
  | "DuplicateEgvPosted"
  | "ContactNameAlreadyExists";

/** Thrown by an operation whose response is a fault body. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly code: string;

  constructor(code: FaultCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Thrown by an operation whose request doesn't get past what stands before it: a response without a fault body. */
export class FrontRefusal extends Error {
  override readonly name = "FrontRefusal";
  readonly status: number;

  constructor(status: number) {
    super();
    this.status = status;
  }
}

type Kind = readonly [type: number, typeName: string, category: number, categoryName: string, severity: number];

const PASSWORD: Kind = [13, "InvalidPassword", 4, "Validation", 1];
const SINGLE_SIGN_ON: Kind = [15, "SingleSignOn", 1, "System", 2];
const INVALID_STATE: Kind = [14, "InvalidState", 5, "Logical", 1];
/** Without numbers on record: taken for those of the one such code that has them. */
const OF_WRONG_ORDER: readonly FaultCode[] = [
  "MonitoredReceiverAlreadyAssigned",
  "MonitoredReceiverSerialNumberDoesNotMatch",
  "MonitoringSessionNotActive",
  "MonitoringSessionAlreadyActive",
  "DuplicateEgvPosted",
  "ContactNameAlreadyExists",
];
const SEVERITIES = ["", "Minor", "Severe"];

/**
 * Numbers as recorded (PROTOCOL.md, "Fault codes"); codes without any on record get those of the single sign-on
 * faults.
 */
const KINDS: ReadonlyMap<string, Kind> = /* @__PURE__ */ (() => {
  const kinds = new Map<string, Kind>([
    ["AccountPasswordInvalid", PASSWORD],
    ["SessionIdNotFound", [5, "ObjectNotFound", 2, "Database", 2]],
    ["SessionNotValid", [6, "SessionNotValid", 5, "Logical", 1]],
    ["InvalidArgument", [10, "InvalidArgument", 4, "Validation", 2]],
    ["MonitoredReceiverNotAssigned", INVALID_STATE],
  ]);
  for (const code of OF_WRONG_ORDER) kinds.set(code, INVALID_STATE);
  return kinds;
})();

/** One fault, as it is told inside `SubCode`. */
interface Telling {
  readonly code: string;
  readonly message: string;
  readonly kind: Kind;
  readonly nowMs: number;
  /** Digits after the milliseconds. */
  readonly fraction: string;
  readonly id: string;
}

/** HTTP 500 and the fault body, for every application error (PROTOCOL.md, "Fault shape"). */
export function faultResponse(
  code: string,
  message: string,
  form: SubCodeForm,
  nowMs: number,
  random: RandomStream,
  status = 500,
): ServiceResponse {
  const telling: Telling = {
    code,
    message,
    kind: KINDS.get(code) ?? SINGLE_SIGN_ON,
    nowMs,
    fraction: String(Number.parseInt(random.hex(6), 16) % 1_000_000).padStart(6, "0"),
    id: random.uuid(),
  };
  const body = { Code: code, Message: message, SubCode: SUB_CODES[form](telling), TypeName: "FaultException" };
  const text = JSON.stringify(body);
  const { headers } = jsonResponse(text);
  const length = String(new TextEncoder().encode(text).length);
  return { status, headers: [...headers, ["content-length", length]], body: text, code };
}

const SUB_CODES: Readonly<Record<SubCodeForm, (telling: Telling) => string>> = {
  json: (telling) => JSON.stringify({ OnlineException: attributes(telling, "json") }, null, 4),
  "java-xml": (telling) => xml(attributes(telling, "java-xml")),
  "dotnet-xml": (telling) => xml(attributes(telling, "dotnet-xml")),
};

function attributes(telling: Telling, form: SubCodeForm): Record<string, string | number> {
  const { code, message, nowMs, fraction, id } = telling;
  const [type, typeName, category, categoryName, severity] = telling.kind;
  const iso = new Date(nowMs).toISOString().slice(0, -1);
  const isDotNet = form === "dotnet-xml";
  const thrown = isDotNet ? `${iso.replace("T", " ")}${fraction.slice(0, 4)}+00:00` : `${iso}${fraction}`;
  const className = isDotNet ? "Dexcom.Common.OnlineException" : "com.dexcom.udp.common.data.exception.OnlineException";
  return {
    DateThrownLocal: thrown,
    DateThrown: isDotNet ? thrown : `${thrown}Z`,
    // Empty in both recorded faults of this code, although `Code` was set (PROTOCOL.md, "Fault shape").
    ErrorCode: code === "SessionNotValid" ? "" : code,
    Type: type,
    Category: category,
    Severity: severity,
    TypeString: typeName,
    CategoryString: categoryName,
    SeverityString: SEVERITIES[severity] ?? "",
    HostName: "",
    HostIP: "",
    Id: form === "json" ? id : `{${id}}`,
    Message: message,
    FullText: `${className}: ${message}`,
  };
}

/**
 * Quotation marks inside stay as they are: the service's XML is not well-formed either (PROTOCOL.md, "Fault shape").
 */
function xml(values: Record<string, string | number>): string {
  const written = Object.entries(values).map(([name, value]) => `${name}="${value}"`);
  return `<OnlineException ${written.join(" ")} />`;
}
