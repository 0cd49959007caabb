import { uuidv7 } from '../kernel/id.ts';
import type { Ctx, Engine } from './engine.ts';

/** The one tenant of a server without sign-in. */
const TENANT = 1;

const now = (): number => Date.now();
const newId = (): string => uuidv7(Date.now());

/** The context of one request from outside: its own statements, the clock of this machine. */
export function requestContext(engine: Engine, requestId: string, baseUrl: string): Ctx {
  return { tenant: TENANT, requestId, baseUrl, db: engine.db, inTransaction: false, now, newId };
}
