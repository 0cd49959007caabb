import type { StoredAudit } from '../../storage/audit-read.ts';
import { parseDetail, type EventDetail } from '../detail.ts';
import { isClientKind, subtypesOf, typeOf } from '../kinds.ts';
import type { WhoDetail } from '../who.ts';
import { agentsOf } from './agents.ts';
import { entitiesOf } from './entities.ts';
import { profileOf } from './profile-of.ts';

/** A stored event with its texts parsed. */
export interface AuditRecord extends Omit<StoredAudit, 'who' | 'detail' | 'patients' | 'found'> {
  readonly who: WhoDetail;
  readonly detail: EventDetail;
  /** `Patient/id` */
  readonly patients: readonly string[];
  /** `Type/id` */
  readonly found: readonly string[];
}

export function recordOf(row: StoredAudit): AuditRecord {
  return {
    ...row,
    who: JSON.parse(row.who) as WhoDetail,
    detail: parseDetail(row.detail),
    patients: row.patients ?? [],
    found: row.found === null ? [] : row.found.split(' '),
  };
}

/**
 * An event as FHIR AuditEvent, by IHE Basic Audit Log Patterns (https://profiles.ihe.net/ITI/BALP/); where several
 * patients are concerned one event names them all.
 * @returns JSON text
 */
export function renderEvent(row: StoredAudit, baseUrl: string): string {
  const record = recordOf(row);
  const meta = `"meta":{"versionId":"1","lastUpdated":"${new Date(record.recorded).toISOString()}"`;
  if (isClientKind(record.kind)) return clientEvent(record, meta);
  const profile = profileOf(record);
  const event = {
    type: typeOf(record.kind),
    subtype: subtypesOf(record.kind, record.interaction ?? 'unknown'),
    action: record.action ?? 'E',
    recorded: new Date(record.recorded).toISOString(),
    outcome: String(record.outcome),
    ...(record.detail.text === undefined ? {} : { outcomeDesc: record.detail.text }),
    ...purposeOf(record),
    agent: agentsOf(record, baseUrl),
    source: {
      site: new URL(baseUrl).host,
      observer: { display: 'Athanor' },
      type: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/security-source-type',
          code: '4',
          display: 'Application Server',
        },
      ],
    },
    ...entity(entitiesOf(record, baseUrl)),
  };
  const profiles = profile === undefined ? '' : `,"profile":["${profile}"]`;
  return `{"resourceType":"AuditEvent","id":"${record.id}",${meta}${profiles}},${JSON.stringify(event).slice(1)}`;
}

/** What the client sent, under our id and time; when it was erased, that there was one. */
function clientEvent({ id, recorded, outcome, detail }: AuditRecord, meta: string): string {
  if (detail.event !== undefined) return `{"resourceType":"AuditEvent","id":"${id}",${meta}},${detail.event.slice(1)}`;
  const rest = {
    type: { system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: 'masked' },
    recorded: new Date(recorded).toISOString(),
    outcome: String(outcome),
    agent: [{ requestor: true }],
    source: { observer: { display: 'erased' } },
  };
  return `{"resourceType":"AuditEvent","id":"${id}",${meta}},${JSON.stringify(rest).slice(1)}`;
}

/** Break-glass is the purpose of what was done to the one patient whose record it opened. */
function purposeOf({ who, patients }: AuditRecord): object {
  if (who.brokenGlass === undefined || !patients.includes(`Patient/${who.brokenGlass}`)) return {};
  const coding = {
    system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason',
    code: 'BTG',
    display: 'break the glass',
  };
  return { purposeOfEvent: [{ coding: [coding] }] };
}

function entity(entities: readonly object[]): object {
  return entities.length === 0 ? {} : { entity: entities };
}
