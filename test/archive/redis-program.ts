/** Uses an archive in Redis, in a process of its own. */
import { Redis } from "ioredis";
import { RedisArchive } from "../../src/archive/redis.ts";
import { readTask, runTask } from "./tasks.ts";

const task = readTask();
await runTask(new RedisArchive(new Redis(task.url!), { key: task.file }), task);
