import type { AuditRecord } from './render-event.ts';

const BALP = 'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.';
const NAMES: Readonly<Record<string, string>> = { C: 'Create', R: 'Read', U: 'Update', D: 'Delete', E: 'Query' };

/** The BALP profile that an event meets; failures and operations have none. The Patient forms name exactly one patient. */
export function profileOf({
  kind,
  action,
  outcome,
  interaction,
  type,
  resourceId,
  patients,
}: AuditRecord): string | undefined {
  if (kind === 'disclosure' && outcome === 0 && patients.length === 1) return `${BALP}PrivacyDisclosure.Source`;
  const name = NAMES[action ?? ''];
  if (kind !== 'rest' || outcome !== 0 || name === undefined) return undefined;
  if (name === 'Query' ? !(interaction ?? '').startsWith('search') : type === null || resourceId === null)
    return undefined;
  return `${BALP}${patients.length === 1 ? 'Patient' : ''}${name}`;
}
