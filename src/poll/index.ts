export { poll, type PollOptions, type PollResult } from "./poll.ts";
export type { PollState } from "./poll-state.ts";
