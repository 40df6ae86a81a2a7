/** Path of a POST that lifts all lock-outs of a simulator. The real service has nothing like it. */
export const UNLOCK_PATH = "/simulator/unlock";
