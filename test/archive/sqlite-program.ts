/** Uses a SQLite archive in a process of its own. */
import { SqliteArchive } from "../../src/archive/sqlite.ts";
import { readTask, runTask } from "./tasks.ts";

const task = readTask();
await runTask(new SqliteArchive({ file: task.file, busyTimeoutMs: 5000 }), task);
