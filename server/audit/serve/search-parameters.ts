import { fault } from '../../kernel/fault.ts';
import type { SearchParamCapability } from '../../fhir/capability/search-capability.ts';
import { fieldsText, outcomeKey } from '../../storage/audit-pages.ts';
import { timeOfId, type ConditionList } from '../../storage/audit-read.ts';
import { interactionsOf, kindsOf } from '../kinds.ts';
import { dateCondition, dateSpan } from './date-condition.ts';

type Place = (value: unknown) => string;

/** A parameter of a search for events: one value (commas are ORs) as a condition. */
interface AuditParam extends SearchParamCapability {
  /** @param values alternatives */
  condition(place: Place, values: readonly string[], name: string, baseUrl: string): string;
  /** What the events' pages are found by; undefined: all are looked through. */
  keys?(values: readonly string[], name: string, baseUrl: string): readonly string[] | undefined;
  /** What their pages' texts have, see fieldsText. */
  parts?(values: readonly string[], name: string, baseUrl: string): readonly string[];
  /** The time within which they were recorded, where there is one. */
  span?(values: readonly string[]): { readonly low: number; readonly high: number } | undefined;
}

const SEARCH_PARAMETER = 'http://hl7.org/fhir/SearchParameter/';
const OWN_REFERENCE = /^(?:([A-Z][A-Za-z]+)\/)?([A-Za-z0-9.-]{1,64})$/;

const PARAMS: readonly AuditParam[] = [
  {
    name: '_id',
    definition: `${SEARCH_PARAMETER}Resource-id`,
    type: 'token',
    condition(place, values) {
      const known = values
        .map((id) => ({ id, recorded: timeOfId(id) }))
        .filter(({ recorded }) => recorded !== undefined);
      return `id = any(${place(known.map(({ id }) => id))}::uuid[])`;
    },
    span(values) {
      const times = values.map(timeOfId).filter((time) => time !== undefined);
      return times.length === 0 ? { low: 0, high: 0 } : { low: Math.min(...times), high: Math.max(...times) + 1 };
    },
  },
  {
    name: '_lastUpdated',
    definition: `${SEARCH_PARAMETER}Resource-lastUpdated`,
    type: 'date',
    condition: dateCondition,
    span: dateSpan,
  },
  {
    name: 'date',
    definition: `${SEARCH_PARAMETER}AuditEvent-date`,
    type: 'date',
    documentation: 'When this server recorded it, also of an event that a client sent.',
    condition: dateCondition,
    span: dateSpan,
  },
  {
    name: 'patient',
    definition: `${SEARCH_PARAMETER}AuditEvent-patient`,
    type: 'reference',
    condition: (place, values, name, baseUrl) => patientCondition(place, patientsIn(values, name, baseUrl)),
    keys: patientsIn,
  },
  {
    name: 'entity',
    definition: `${SEARCH_PARAMETER}AuditEvent-entity`,
    type: 'reference',
    documentation:
      'What was acted on and the patients concerned; not what a search returned. Not indexed but for patients.',
    condition: (place, values, name, baseUrl) =>
      anyOf(values.map((value) => entityCondition(place, referenceOf(value, name, baseUrl, [])))),
    keys(values, name, baseUrl) {
      const references = values.map((value) => referenceOf(value, name, baseUrl, []));
      return references.every(isPatient) ? references : undefined;
    },
    parts: (values, name, baseUrl) =>
      values
        .map((value) => referenceOf(value, name, baseUrl, []))
        .map((reference) => (isPatient(reference) ? reference : fieldsText(reference.split('/'), true))),
  },
  {
    name: 'agent',
    definition: `${SEARCH_PARAMETER}AuditEvent-agent`,
    type: 'reference',
    documentation: 'The person, or the Device of a system; :identifier takes the id of an account or client.',
    condition: (place, values, name, baseUrl) => agentCondition(place, agentsIn(values, name, baseUrl)),
    keys: agentsIn,
  },
  {
    name: 'agent:identifier',
    type: 'token',
    condition: (place, values) => agentCondition(place, systemsIn(values)),
    keys: systemsIn,
  },
  {
    name: 'action',
    definition: `${SEARCH_PARAMETER}AuditEvent-action`,
    type: 'token',
    condition: (place, values) => `action = any(${place(values.map(codeOf))}::text[])`,
  },
  {
    name: 'outcome',
    definition: `${SEARCH_PARAMETER}AuditEvent-outcome`,
    type: 'token',
    condition: (place, values) => `outcome::text = any(${place(values.map(codeOf))}::text[])`,
    keys: (values) => (values.map(codeOf).includes('0') ? undefined : values.map((value) => outcomeKey(codeOf(value)))),
  },
  {
    name: 'type',
    definition: `${SEARCH_PARAMETER}AuditEvent-type`,
    type: 'token',
    condition: (place, values) => anyOf(values.map((value) => typeCondition(place, tokenOf(value)))),
    keys(values) {
      const tokens = values.map(tokenOf);
      const kinds = tokens.flatMap(({ system, code }) => [...kindsOf(system, code), `client ${system}|${code}`]);
      return tokens.some(({ system }) => system === undefined) || kinds.includes('rest') ? undefined : kinds;
    },
  },
  {
    name: 'subtype',
    definition: `${SEARCH_PARAMETER}AuditEvent-subtype`,
    type: 'token',
    condition: (place, values) => anyOf(values.map((value) => subtypeCondition(place, tokenOf(value)))),
  },
  {
    name: 'address',
    definition: `${SEARCH_PARAMETER}AuditEvent-address`,
    type: 'string',
    documentation: 'Beginning of the IP address of the client.',
    condition: (place, values) => anyOf(values.map((value) => `starts_with(ip, ${place(value)})`)),
    parts: (values) => values.map((value) => fieldsText([value], false)),
  },
];

const AGENTS = ['Practitioner', 'PractitionerRole', 'Patient', 'RelatedPerson', 'Device', 'Organization'];

/** As CapabilityStatement tells them. */
export const AUDIT_SEARCH_PARAMS: readonly SearchParamCapability[] = PARAMS.filter(
  ({ name }) => !name.includes(':'),
).map(({ name, type, definition, documentation }) => ({
  name,
  type,
  ...(definition === undefined ? {} : { definition }),
  ...(documentation === undefined ? {} : { documentation }),
}));

/** Names of all parameters that narrow the search. */
export const AUDIT_PARAM_NAMES: readonly string[] = PARAMS.map(({ name }) => name);

/** Adds the condition of each parameter that is there. @param query decoded, by name */
export function addConditions(
  conditions: ConditionList,
  query: ReadonlyMap<string, readonly string[]>,
  baseUrl: string,
): void {
  for (const { name, condition, keys, parts, span } of PARAMS) {
    for (const value of query.get(name) ?? []) {
      const values = value.split(',');
      conditions.add((place) => condition(place, values, name, baseUrl));
      const found = keys?.(values, name, baseUrl);
      if (found !== undefined) conditions.about(found);
      const held = parts?.(values, name, baseUrl);
      if (held !== undefined) conditions.holding(held);
      const time = span?.(values);
      if (time !== undefined) conditions.within(time.low, time.high);
    }
  }
}

/** What is about one of the patients, and what they did themselves. */
export function addPatientCondition(conditions: ConditionList, references: readonly string[]): void {
  conditions.about(references);
  conditions.add((place) => patientCondition(place, references));
}

/** What one of the agents did. */
export function addAgentCondition(conditions: ConditionList, references: readonly string[]): void {
  conditions.about(references);
  conditions.add((place) => agentCondition(place, references));
}

function patientCondition(place: Place, references: readonly string[]): string {
  const list = `${place(references)}::text[]`;
  return `(patients && ${list} or agent = any(${list}))`;
}

function agentCondition(place: Place, references: readonly string[]): string {
  return `agent = any(${place(references)}::text[])`;
}

/** A patient who is acted on is one of those concerned. */
function entityCondition(place: Place, reference: string): string {
  const [type = '', id = ''] = reference.split('/');
  if (type === 'Patient') return `patients @> array[${place(reference)}::text]`;
  return `(type = ${place(type)} and resource_id = ${place(id)})`;
}

function isPatient(reference: string): boolean {
  return reference.startsWith('Patient/');
}

function patientsIn(values: readonly string[], name: string, baseUrl: string): readonly string[] {
  return values.map((value) => referenceOf(value, name, baseUrl, ['Patient']));
}

function agentsIn(values: readonly string[], name: string, baseUrl: string): readonly string[] {
  return values.map((value) => referenceOf(value, name, baseUrl, AGENTS));
}

/** Clients and accounts by their ids. */
function systemsIn(values: readonly string[]): readonly string[] {
  const ids = values.map((value) => value.slice(value.indexOf('|') + 1));
  return ids.flatMap((id) => [`client/${id}`, `account/${id}`]);
}

/** `Type/id` of a reference: literal, absolute within the base, or a bare id where there is one type. */
function referenceOf(value: string, name: string, baseUrl: string, types: readonly string[]): string {
  const relative = value.startsWith(`${baseUrl}/`) ? value.slice(baseUrl.length + 1) : value;
  const [, type = types.length === 1 ? types[0] : undefined, id = ''] = OWN_REFERENCE.exec(relative) ?? [];
  if (type !== undefined && id !== '' && (types.length === 0 || types.includes(type))) return `${type}/${id}`;
  const example = `${types[0] ?? 'Observation'}/123`;
  throw fault('search.badValue', 400, 'value', `${name} takes a reference such as ${example}.`, `http.${name}`);
}

interface Token {
  readonly system: string | undefined;
  readonly code: string;
}

function tokenOf(value: string): Token {
  const bar = value.indexOf('|');
  return bar < 0 ? { system: undefined, code: value } : { system: value.slice(0, bar), code: value.slice(bar + 1) };
}

function codeOf(value: string): string {
  return tokenOf(value).code;
}

function typeCondition(place: Place, { system, code }: Token): string {
  const sent =
    system === undefined
      ? `kind like 'client %' and split_part(kind, '|', 2) = ${place(code)}`
      : `kind = ${place(`client ${system}|${code}`)}`;
  return `(kind = any(${place(kindsOf(system, code))}::text[]) or (${sent}))`;
}

function subtypeCondition(place: Place, { system, code }: Token): string {
  const { rest, other } = interactionsOf(system, code);
  const operations = rest.includes('operation') ? `or (kind = 'rest' and starts_with(interaction, '$'))` : '';
  const sent =
    system === undefined
      ? `exists (select from unnest(string_to_array(interaction, ' ')) s where split_part(s, '|', 2) = ${place(code)})`
      : `string_to_array(interaction, ' ') @> array[${place(`${system}|${code}`)}::text]`;
  return (
    `((kind = 'rest' and interaction = any(${place(rest)}::text[])) ${operations} ` +
    `or (kind <> 'rest' and interaction = any(${place(other)}::text[])) or (kind like 'client %' and ${sent}))`
  );
}

function anyOf(conditions: readonly string[]): string {
  return conditions.length === 1 ? String(conditions[0]) : `(${conditions.join(' or ')})`;
}
