import { isFhirId } from '../kernel/id.ts';
import type { AuditEntry } from '../fhir/audit-trail.ts';

/** A request as the router found it. */
export interface Begun {
  readonly interaction: string;
  readonly path: readonly string[];
  readonly query: string;
}

const ACTIONS: Readonly<Record<string, AuditEntry['action']>> = {
  create: 'C',
  read: 'R',
  vread: 'R',
  'history-instance': 'R',
  update: 'U',
  'conditional-update': 'U',
  patch: 'U',
  'conditional-patch': 'U',
  delete: 'D',
  'conditional-delete': 'D',
};

/** What can be told of a request by its path alone: of one that failed, or that noted nothing itself. */
export function entryOfRequest(begun: Begun | undefined): AuditEntry {
  if (begun === undefined) return { action: 'E', interaction: 'unknown' };
  const { interaction, path, query } = begun;
  const [type, id, history, version] = path;
  const isType = type !== undefined && /^[A-Z][A-Za-z]{1,63}$/.test(type);
  const isInstance = isType && id !== undefined && isFhirId(id);
  const number = history === '_history' && version !== undefined ? Number(version) : NaN;
  return {
    action: ACTIONS[interaction] ?? 'E',
    interaction: interaction === 'operation' ? (path.at(-1) ?? interaction).slice(0, 64) : interaction,
    ...(isType ? { type } : {}),
    ...(isInstance ? { id } : {}),
    ...(Number.isInteger(number) && number > 0 && number < 1e9 ? { version: number } : {}),
    ...(query === '' ? {} : { query }),
  };
}
