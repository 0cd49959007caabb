import type { JsonObject } from '../../kernel/json.ts';
import type { LockedRow } from '../../storage/lock.ts';
import type { Ctx, Engine } from '../engine.ts';
import { applyPatch, type Patch } from '../patch/apply-patch.ts';
import { shownResource } from '../shape/shown-resource.ts';
import { storedResource } from './current.ts';
import { withHiddenParts } from './hidden-parts.ts';
import { prepare, type Prepared } from './prepare.ts';

/** The version that a PUT makes of what is there: what the writer sent, with what is hidden from them. */
export function replaced(
  engine: Engine,
  ctx: Ctx,
  sent: JsonObject,
  id: string,
  current: LockedRow | undefined,
): Prepared | Promise<Prepared> {
  const { access, tenant } = ctx;
  if (current === undefined || access.isUnrestricted) return prepare(engine, tenant, sent, id);
  const before = storedResource(String(sent.resourceType), current);
  const { definitions } = engine;
  return prepare(engine, tenant, withHiddenParts({ definitions, access }, before, sent), id);
}

/**
 * The version that a patch makes of what is there. It is applied to what the writer sees: whatever it tests or selects of
 * hidden elements is not there for it.
 */
export function patched(
  engine: Engine,
  ctx: Ctx,
  patch: Patch,
  type: string,
  current: LockedRow,
): Prepared | Promise<Prepared> {
  const { access, tenant } = ctx;
  const { definitions } = engine;
  const before = storedResource(type, current);
  const shown = shownResource(definitions, access, before);
  const after = applyPatch(shown, patch, definitions);
  const whole = shown === before ? after : withHiddenParts({ definitions, access }, before, after);
  return prepare(engine, tenant, whole, current.id);
}
