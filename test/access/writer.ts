import type { Access, Action } from '../../server/access/access.ts';
import type { Engine } from '../../server/fhir/engine.ts';
import { accessByCriteria, type Policy } from './criteria-access.ts';

export interface WriterPolicy extends Omit<Policy, 'types'> {
  /** Search criteria by type for each action; actions that are not named are those of `all`, else none. */
  readonly may: Readonly<Partial<Record<Action | 'all', Policy['types']>>>;
  readonly refusal?: Access['refusal'];
  /** Operations that may be called. */
  readonly operations?: readonly string[];
}

/** Access whose actions differ, out of {@link accessByCriteria}. */
export function writerAccess(engine: Engine, { may, refusal, operations, ...rest }: WriterPolicy): Access {
  const byAction = new Map<Action, Access>();
  for (const action of ['create', 'read', 'update', 'delete', 'search'] as const) {
    byAction.set(action, accessByCriteria(engine, { ...rest, types: may[action] ?? may.all ?? {} }));
  }
  const of = (action: Action): Access => byAction.get(action) ?? accessByCriteria(engine, { ...rest, types: {} });
  return {
    ...of('read'),
    allowed: (type, action) => of(action).allowed(type, action),
    permits: (resource, action) => of(action).permits(resource, action),
    refusal: refusal ?? ((): undefined => undefined),
    mayCall: (code) => operations === undefined || operations.includes(code),
  };
}
