import type { AuditRecord } from './render-event.ts';

const ENTITY_TYPE = 'http://terminology.hl7.org/CodeSystem/audit-entity-type';
const ROLE = 'http://terminology.hl7.org/CodeSystem/object-role';
const PERSON = { system: ENTITY_TYPE, code: '1', display: 'Person' };
const OBJECT = { system: ENTITY_TYPE, code: '2', display: 'System Object' };
const PATIENT = { system: ROLE, code: '1', display: 'Patient' };
const DOMAIN = { system: ROLE, code: '4', display: 'Domain Resource' };
const QUERY = { system: ROLE, code: '24', display: 'Query' };
const REQUEST_ID = { system: 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType', code: 'XrequestId' };
const RESOURCE_TYPES = 'http://hl7.org/fhir/resource-types';

/** The request's number, what was acted on, the query, the patients, and what was returned. */
export function entitiesOf(record: AuditRecord, baseUrl: string): readonly object[] {
  const { kind, action, requestId, patients, found, detail } = record;
  const facts = Object.entries(detail.facts ?? {});
  const isQuery = kind === 'rest' && action === 'E' && detail.path !== undefined;
  return [
    ...(requestId === null ? [] : [{ what: { identifier: { value: requestId } }, type: REQUEST_ID }]),
    ...targetOf(record, facts),
    ...(isQuery ? [{ type: OBJECT, role: QUERY, query: queryOf(record, baseUrl) }] : []),
    ...patients.map((reference) => ({ what: { reference }, type: PERSON, role: PATIENT })),
    ...found.map((reference) => ({
      what: { reference },
      type: { system: RESOURCE_TYPES, code: reference.slice(0, reference.indexOf('/')) },
    })),
  ];
}

function targetOf(record: AuditRecord, facts: readonly (readonly [string, string | number])[]): readonly object[] {
  const { action, type, resourceId, version } = record;
  const detail =
    facts.length === 0 ? {} : { detail: facts.map(([name, value]) => ({ type: name, valueString: String(value) })) };
  if (type === null || (action === 'E' && resourceId === null)) {
    return facts.length === 0 ? [] : [{ type: OBJECT, name: record.interaction, ...detail }];
  }
  const reference = `${type}/${resourceId}${version === 0 ? '' : `/_history/${version}`}`;
  const what = resourceId === null ? { display: type } : { reference };
  return [{ what, type: OBJECT, role: DOMAIN, ...detail }];
}

function queryOf({ detail: { path = '', query } }: AuditRecord, baseUrl: string): string {
  return Buffer.from(`${baseUrl}/${path}${query === undefined ? '' : `?${query}`}`).toString('base64');
}
