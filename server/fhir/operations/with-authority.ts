import { unrestricted } from '../../access/access.ts';
import type { Ctx } from '../engine.ts';

/**
 * An operation's own work, which follows from the permission to call it: what it reads and writes is not limited by what
 * its caller may do to single resources. The audit trail still names them.
 */
export function withAuthority(ctx: Ctx): Ctx {
  return { ...ctx, access: unrestricted(ctx.tenant) };
}
