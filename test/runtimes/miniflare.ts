/** The part of miniflare that the tests use. */
import { loadInstalled } from "../support/installed.ts";

export interface MiniflareOptions {
  readonly modules: true | readonly { type: "ESModule"; path: string; contents: string }[];
  readonly script?: string;
  readonly kvNamespaces?: readonly string[];
  /** Class of each binding. */
  readonly durableObjects?: Readonly<Record<string, string>>;
  readonly compatibilityDate: string;
  readonly compatibilityFlags?: readonly string[];
  readonly bindings?: Readonly<Record<string, string>>;
  /** Responds to the requests of the Worker in place of the network. */
  readonly outboundService?: (request: Request) => Promise<Response>;
  readonly cf: false;
}

export interface WorkersKv {
  list(): Promise<{ keys: { name: string; expiration: number }[] }>;
}

export interface Miniflare {
  readonly ready: Promise<unknown>;
  dispatchFetch(url: string): Promise<Response>;
  getKVNamespace(name: string): Promise<WorkersKv>;
  dispose(): Promise<void>;
}

/** Starts workerd. */
export function startMiniflare(options: Omit<MiniflareOptions, "cf">): Miniflare {
  const { Miniflare } = loadInstalled("test/runtimes/releases", "miniflare") as {
    Miniflare: new (options: MiniflareOptions) => Miniflare;
  };
  // With `cf`, miniflare asks Cloudflare what a request's `cf` may hold.
  return new Miniflare({ ...options, cf: false });
}
