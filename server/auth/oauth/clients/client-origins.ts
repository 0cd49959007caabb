import type { Db } from '../../../storage/db.ts';
import { originsOf } from './client.ts';
import { listClients } from './client-store.ts';

const KEPT = 5000;

/** Whether scripts of an origin belong to a registered client, as known at most five seconds ago: every request asks. */
export function createOriginCheck(db: Db, now: () => number): (origin: string) => Promise<boolean> {
  let origins: Promise<ReadonlySet<string>> | undefined;
  let until = 0;
  return async (origin) => {
    if (origins === undefined || now() >= until) {
      until = now() + KEPT;
      origins = listClients(db).then((clients) => new Set(clients.flatMap(originsOf)));
      origins.catch(() => (origins = undefined));
    }
    return (await origins).has(origin);
  };
}
