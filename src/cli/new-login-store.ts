import { FileSessionStore } from "../stores/file.ts";
import type { SessionBinding } from "../session/sealed-backend.ts";
import type { SessionBackend } from "../session/session-backend.ts";

/**
 * File store for a client that must log in. It does not use the stored session, and replaces it with the new one. The
 * rest holds: one process logs in at a time, and a refused password is not sent too early.
 */
export class NewLoginStore extends FileSessionStore {
  override bindSession(binding: SessionBinding): SessionBackend {
    const backend = super.bindSession(binding) as Required<Omit<SessionBackend, "renewIfCurrent">>;
    let isFirst = true;
    /** The session that is stored before the login. It counts as refused. */
    let old: string | undefined;
    return {
      async get(limit, refused) {
        const id = await backend.get(limit, refused ?? old);
        if (!isFirst) return id;
        isFirst = false;
        old = id;
        return undefined;
      },
      withLoginLock: ({ limit, refused }, logIn) => backend.withLoginLock({ limit, refused: refused ?? old }, logIn),
      set: (id, limit) => backend.set(id, limit),
      deleteIfCurrent: (id, limit) => backend.deleteIfCurrent(id, limit),
      publishRefusal: (refusal, workedMsAgo, limit) => backend.publishRefusal(refusal, workedMsAgo, limit),
      workedMsAgo: () => backend.workedMsAgo(),
    };
  }
}
