import { fault, json, record, SESSION_ID } from "../support/responses.ts";

export const reading = (): Response => json([record()]);
export const dead = (): Response =>
  fault("SessionNotValid", `Session not active or timed out. [SessionId = ${SESSION_ID}]`);
