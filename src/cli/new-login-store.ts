import { FileSessionStore } from "../stores/file.ts";
import type { SessionBinding } from "../session/sealed-session.ts";
import type { SessionKeeper } from "../session/session-backend.ts";

/**
 * The files as one sees them who wants to know whether a login works: the session that is kept there is not used, and the
 * new one takes its place. All else holds: one process logs in at a time, and what was refused is not sent too early.
 */
export class NewLoginStore extends FileSessionStore {
  override bindSession(binding: SessionBinding): SessionKeeper {
    const keeper = super.bindSession(binding) as Required<SessionKeeper>;
    let isFirst = true;
    /** What is kept before the login: as good as refused. */
    let old: string | undefined;
    return {
      async get(limit, refused) {
        const id = await keeper.get(limit, refused ?? old);
        if (!isFirst) return id;
        isFirst = false;
        old = id;
        return undefined;
      },
      alone: (limit, refused, logIn) => keeper.alone(limit, refused ?? old, logIn),
      set: (id, limit) => keeper.set(id, limit),
      drop: (id, limit) => keeper.drop(id, limit),
      refusals: (limit) => keeper.refusals(limit),
      refuse: (refusal, limit) => keeper.refuse(refusal, limit),
    };
  }
}
