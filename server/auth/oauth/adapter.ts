import { errors, Provider, type Adapter, type AdapterPayload } from 'oidc-provider';
import type { Db } from '../../storage/db.ts';
import { deleteGrant } from './grants.ts';
import {
  consumeRecord,
  deleteOfGrant,
  deleteRecord,
  readRecord,
  repeatRecord,
  writeOnce,
  writeRecord,
  type OAuthRecord,
} from './records.ts';

export interface AdapterOptions {
  readonly db: Db;
  readonly now: () => number;
  /** Metadata of a client as the library reads it. */
  findClient(id: string): Promise<AdapterPayload | undefined>;
}

/**
 * What comes again so soon (ms) after its use was sent several times at once: one of them is answered, the others are
 * refused. Later it is in two hands, and all that came of it ends.
 */
const AT_ONCE = 2000;
/** Until then (ms) a refresh token may come again, because the answer to its use was lost on the way. */
const LOST_ANSWER = 10_000;

/** Keeps what the library hands over in PostgreSQL; what may be used once is used once however many try. */
export function createAdapter(options: AdapterOptions): (kind: string) => Adapter {
  return (kind) => {
    if (kind === 'Client') return clients(options);
    if (kind === 'Session') return NO_SESSIONS;
    return records(kind, options);
  };
}

function records(kind: string, { db, now }: AdapterOptions): Adapter {
  /** Requests whose refresh token was used before, and that may use it nevertheless. */
  const repetitions = new WeakSet<object>();
  return {
    async find(id) {
      const record = await readRecord(db, kind, id, now());
      if (record === undefined) return undefined;
      const { consumed } = record;
      if (consumed === undefined) return payloadOf(id, record);
      if (now() < consumed + AT_ONCE) return undefined;
      if (kind === 'RefreshToken' && isLostAnswer(record, now()) && Provider.ctx !== undefined) {
        repetitions.add(Provider.ctx);
        return payloadOf(id, record);
      }
      return { ...payloadOf(id, record), consumed: Math.floor(consumed / 1000) };
    },
    async upsert(id, payload, expiresIn = 0) {
      const record = {
        kind,
        secret: id,
        grant: payload.grantId,
        // The secret itself is not kept.
        payload: { ...payload, jti: undefined },
        expires: now() + expiresIn * 1000,
      };
      if (kind !== 'ReplayDetection') await writeRecord(db, record);
      else if (!(await writeOnce(db, record, now()))) {
        throw new errors.InvalidClientAuth('client assertion tokens must only be used once');
      }
    },
    async consume(id) {
      const isRepetition = Provider.ctx !== undefined && repetitions.has(Provider.ctx);
      const isFirst = isRepetition ? await repeatRecord(db, kind, id) : await consumeRecord(db, kind, id, now());
      // It was fit for use when it was found: another request was faster.
      if (!isFirst) throw new errors.InvalidGrant('it was used already');
    },
    async destroy(id) {
      if (kind === 'Grant') await deleteGrant(db, id);
      await deleteRecord(db, kind, id);
    },
    revokeByGrantId: (grant) => deleteOfGrant(db, kind, grant),
    findByUid: absent,
    findByUserCode: absent,
  };
}

/** Whether what took the place of a used token was never used: it may not have arrived. */
function isLostAnswer({ consumed = 0, repeated, succeeded }: OAuthRecord, now: number): boolean {
  return !repeated && !succeeded && now < consumed + LOST_ANSWER;
}

function payloadOf(id: string, { payload }: OAuthRecord): AdapterPayload {
  return { ...payload, jti: id };
}

function clients({ findClient }: AdapterOptions): Adapter {
  return { ...NO_SESSIONS, find: findClient };
}

/**
 * Who sits at the browser is asked anew for each authorization (see interaction.ts): the library's own sessions would be a
 * second sign-in that outlives the first.
 */
const NO_SESSIONS: Adapter = {
  find: absent,
  findByUid: absent,
  findByUserCode: absent,
  upsert: nothing,
  consume: nothing,
  destroy: nothing,
  revokeByGrantId: nothing,
};

function absent(): Promise<undefined> {
  return Promise.resolve(undefined);
}

function nothing(): Promise<void> {
  return Promise.resolve();
}
