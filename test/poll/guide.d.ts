declare module "guide:A cron trigger of Workers" {
  const worker: { scheduled(event: unknown, env: unknown): Promise<void> };
  export default worker;
}

declare module "guide:A Durable Object's alarm" {
  export class Wearer {
    constructor(context: unknown, env: unknown);
    fetch(): Promise<Response>;
    alarm(): Promise<void>;
  }
}
