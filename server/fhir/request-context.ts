import { unrestricted, type Access } from '../access/access.ts';
import { uuidv7 } from '../kernel/id.ts';
import { NO_TRAIL, type AuditTrail } from './audit-trail.ts';
import type { Ctx, Engine } from './engine.ts';

/** What a request brings from outside. */
export interface RequestFrame {
  readonly requestId: string;
  /** Base URL as the client sees it. */
  readonly baseUrl: string;
  readonly access: Access;
  readonly audit: AuditTrail;
}

const now = (): number => Date.now();
const newId = (): string => uuidv7(Date.now());

/** The context of one request from outside: its own statements, the tenant of who asks, the clock of this machine. */
export function requestContext(engine: Engine, { requestId, baseUrl, access, audit }: RequestFrame): Ctx {
  const { tenant } = access.principal;
  return { tenant, requestId, baseUrl, access, audit, db: engine.dbOf(tenant), inTransaction: false, now, newId };
}

/** Of the command line and of background work: the server's own, which nothing restricts and whose caller records what it did. */
export function serverContext(engine: Engine, tenant: number, requestId: string, baseUrl: string): Ctx {
  return requestContext(engine, { requestId, baseUrl, access: unrestricted(tenant), audit: NO_TRAIL });
}
