import { type ServiceResponse, commonHeaders, frontResponse, LOGIN_HEADERS } from "./wire/response.ts";
import { CallArguments } from "./wire/arguments.ts";
import { Fault, faultResponse, FrontRefusal } from "./wire/fault.ts";
import type { NightscoutResponse } from "../nightscout/nightscout.ts";
import { InjectionList } from "../injection/injection-list.ts";
import { injectedResponse, type Injection, shouldProcess, toBytes } from "../injection/injection.ts";
import { OpenRequest } from "../clock/open-request.ts";
import type { Operation } from "./operation.ts";
import { OPERATIONS } from "./operations/index.ts";
import { RequestLog } from "../request-log.ts";
import { route, type Route } from "./wire/routing.ts";
import type { Service } from "./service.ts";
import type { WireRequest } from "./wire/wire-request.ts";
import { turn } from "../clock/turn.ts";

/** A response to send. Call `end` in any case, even if sending fails. */
export interface Delivery {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  /** `true` if the connection breaks after half of the body. */
  readonly isBroken: boolean;
  /** `true` if the `pause` comes after half of the body. */
  readonly isPaused: boolean;
  pause(signal?: AbortSignal): Promise<void>;
  /** Call it after the last byte, or if no more bytes will be sent. */
  end(): void;
}

/** Takes requests and makes their responses, with whatever was injected. */
export class Exchange {
  readonly log: RequestLog;
  readonly injections: InjectionList = new InjectionList();
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
    this.log = new RequestLog(service);
  }

  /**
   * Makes the response to one request; `undefined` means that the connection is dropped without one.
   *
   * @throws `signal.reason` once the signal aborts
   */
  async take(request: WireRequest, signal?: AbortSignal): Promise<Delivery | undefined> {
    const open = new OpenRequest(this.#service.settings.clock);
    try {
      // On no network does the response come in the turn of the request.
      await turn();
      signal?.throwIfAborted();
      const delivery = await this.#deliver(request, open, signal);
      if (delivery === undefined) open.end();
      return delivery;
    } catch (error) {
      open.end();
      throw error;
    }
  }

  async #deliver(
    request: WireRequest,
    open: OpenRequest,
    signal: AbortSignal | undefined,
  ): Promise<Delivery | undefined> {
    const { clock } = this.#service.settings;
    const target = route(request.url);
    if (target.isDead) return undefined;
    const operation = target.operation === undefined ? undefined : OPERATIONS.get(target.operation);
    const given = new CallArguments(request.url.searchParams, request.body);
    const entry = this.log.add(request, operation?.name, given, clock.now());
    const injection = this.injections.take(entry) ?? {};
    // Done at once, however late the response: a caller who has stopped waiting does not undo a login.
    const { response: own, delayMs = 0 } = shouldProcess(injection)
      ? ((await this.#respondAsNightscout(request, target)) ?? {
          response: this.#respond(request, target, operation, given, injection),
        })
      : {};
    const waitMs = delayMs + (injection.delayMs ?? 0);
    if (waitMs > 0) await open.sleep(waitMs, signal);
    if (injection.drop === "before-headers") return undefined;
    const response = injectedResponse(injection, own, (code, message, status) =>
      this.#fault(operation, { code, message, status }),
    );
    entry.status = response.status;
    entry.code = response.code;
    const { bodyDelayMs = 0 } = injection;
    return {
      status: response.status,
      headers: this.#headers(response, injection.dateShiftMs),
      body: toBytes(response.body),
      isBroken: injection.drop === "mid-body",
      isPaused: bodyDelayMs > 0,
      pause: (until) => open.sleep(bodyDelayMs, until),
      end: () => open.end(),
    };
  }

  async #respondAsNightscout(
    request: WireRequest,
    { region }: Route,
  ): Promise<Partial<NightscoutResponse> | undefined> {
    const { nightscout, settings } = this.#service;
    if (region !== undefined || !nightscout?.owns(request.url)) return undefined;
    return nightscout.respond(request, settings.clock.now());
  }

  /** A response's own headers win: an injected `Date` is that of a service whose clock is wrong. */
  #headers(answer: ServiceResponse, dateShiftMs = 0): (readonly [string, string])[] {
    const own = new Set(answer.headers.map(([name]) => name.toLowerCase()));
    const common = commonHeaders(this.#service.settings.clock.now() + dateShiftMs, this.#service.random);
    return [...common.filter(([name]) => !own.has(name)), ...answer.headers];
  }

  #respond(
    { method, url, headers }: WireRequest,
    { region }: Route,
    operation: Operation | undefined,
    given: CallArguments,
    injection: Injection,
  ): ServiceResponse {
    const nowMs = this.#service.settings.clock.now();
    if (operation === undefined) return frontResponse(404, url.pathname, nowMs);
    // HEAD works wherever GET does.
    if (!operation.methods.includes(method === "HEAD" ? "GET" : method)) {
      return frontResponse(405, url.pathname, nowMs, [["allow", operation.methods.join(", ")]]);
    }
    const readingsLateMs = injection.readingsLateMs ?? 0;
    try {
      return operation.respond({ service: this.#service, region, headers, given, nowMs, readingsLateMs });
    } catch (error) {
      if (error instanceof Fault)
        return this.#fault(operation, { code: error.code, message: error.message, status: 500 });
      if (error instanceof FrontRefusal) return frontResponse(error.status, url.pathname, nowMs);
      throw error;
    }
  }

  #fault(
    operation: Operation | undefined,
    { code, message, status }: { readonly code: string; readonly message: string; readonly status: number },
  ): ServiceResponse {
    const { settings, random } = this.#service;
    const fault = faultResponse(code, message, settings.subCodeForm, settings.clock.now(), random, status);
    return operation?.isLogin === true ? { ...fault, headers: [...fault.headers, ...LOGIN_HEADERS] } : fault;
  }
}
