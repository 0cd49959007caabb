import type { ParsedMessage } from '../../hl7/parsed-message.ts';
import { assignerSystem } from '../datatypes/identifier.ts';
import { administrativeSex } from '../codes/patient-codes.ts';
import type { MapContext } from '../map-context.ts';
import { MapFailure } from '../mapped-message.ts';
import { MappingDraft } from '../mapping-draft.ts';
import type { Value } from '../reading/value.ts';

/**
 * A question for patients: by what is known of them (QBP Q22, IHE PDQ, https://profiles.ihe.net/ITI/TF/Volume2/ITI-21.html), or by a
 * number for their other numbers (QBP Q23, IHE PIX, ITI-9).
 */
export interface PatientQuery {
  readonly kind: 'demographics' | 'identifiers' | 'lookup';
  readonly message: ParsedMessage;
  /** Search below the FHIR base: `Patient?family=Smith&_count=10`. */
  readonly search: string;
  /** What a search finds too freely and the question asks exactly: parts of the name. */
  readonly exact: readonly ExactPart[];
  /** Systems of the numbers that are wanted; none: all. */
  readonly domains: readonly string[];
  /** The number that was asked for, which is no part of the answer: `system|value`. */
  readonly asked?: string;
  readonly limit: number;
}

export interface ExactPart {
  readonly element: 'family' | 'given';
  readonly text: string;
}

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;

/**
 * @throws MapFailure 101 where it asks for nothing, 103 for a parameter that is not understood: leaving it out would answer
 * another question
 */
export function patientQuery(message: ParsedMessage, context: MapContext): PatientQuery {
  const draft = new MappingDraft(message, context);
  const qpd = draft.first('QPD');
  if (qpd === undefined) throw new MapFailure('The message has no QPD: it asks for nothing', 'QPD', '101');
  const limit = limitOf(draft.first('RCP')?.source.get(2, 1, 1) ?? '');
  const isForNumbers = message.event === 'QBP^Q23';
  const domains = qpd
    .values(isForNumbers ? 4 : 8)
    .map((value) => assignerSystem(value.part(4), draft))
    .filter((system) => system !== undefined);
  const base = { message, domains, limit };
  if (isForNumbers) {
    const asked = qpd.value(3);
    const system = asked === undefined ? undefined : assignerSystem(asked.part(4), draft);
    const id = asked?.text(1) ?? '';
    if (system === undefined || id === '')
      throw new MapFailure('QPD-3 has no number with its assigner', 'QPD^1^3', '101');
    const search = new URLSearchParams({ identifier: `${system}|${id}`, _count: '2' });
    return {
      ...base,
      kind: 'identifiers',
      search: `Patient?${search.toString()}`,
      exact: [],
      asked: `${system}|${id}`,
    };
  }
  const parameters = new Map<string, string>();
  for (const value of qpd.values(3)) addParameter(parameters, value);
  if (parameters.size === 0)
    throw new MapFailure('QPD-3 has no parameter: all patients are no answer', 'QPD^1^3', '101');
  const { search, exact } = searchOf(parameters, context);
  search.set('_count', String(limit));
  search.set('_total', 'accurate');
  return { ...base, kind: 'demographics', search: `Patient?${search.toString()}`, exact };
}

/** `@PID.5.1.1^SMITH` */
function addParameter(parameters: Map<string, string>, value: Value): void {
  const name = value.text(1).replace(/^@/, '').toUpperCase();
  const text = value.text(2);
  if (name !== '' && text !== '') parameters.set(name, text);
}

interface SearchParts {
  readonly search: URLSearchParams;
  readonly exact: readonly ExactPart[];
}

function searchOf(parameters: ReadonlyMap<string, string>, context: MapContext): SearchParts {
  const search = new URLSearchParams();
  const exact: ExactPart[] = [];
  const authority = ['PID.3.4.1', 'PID.3.4.2', 'PID.3.4.3'].map((name) => parameters.get(name) ?? '');
  const system = context.systems.ofAssigner(authority[0] ?? '', authority[1] ?? '', authority[2] ?? '');
  for (const [name, text] of parameters) {
    const element = NAMES[name];
    if (element !== undefined) {
      const isPrefix = text.endsWith('*');
      search.append(element, isPrefix ? text.slice(0, -1) : text);
      if (!isPrefix) exact.push({ element, text });
    } else if (name === 'PID.3' || name === 'PID.3.1')
      search.append('identifier', system === undefined ? text : `${system}|${text}`);
    else if (name.startsWith('PID.3.4')) continue;
    else appendOther(search, name, text);
  }
  return { search, exact };
}

const NAMES: Readonly<Record<string, 'family' | 'given' | undefined>> = {
  'PID.5.1': 'family',
  'PID.5.1.1': 'family',
  'PID.5.2': 'given',
};

const ADDRESS: Readonly<Record<string, string | undefined>> = {
  'PID.11.3': 'address-city',
  'PID.11.4': 'address-state',
  'PID.11.5': 'address-postalcode',
  'PID.11.6': 'address-country',
};

function appendOther(search: URLSearchParams, name: string, text: string): void {
  const place = ADDRESS[name];
  if (place !== undefined) search.append(place, text);
  else if (name === 'PID.7' || name === 'PID.7.1') search.append('birthdate', dayOf(text));
  else if (name === 'PID.8') search.append('gender', genderOf(text));
  else if (name === 'PID.13' || name === 'PID.13.1') search.append('phone', text);
  else throw new MapFailure(`The parameter ${name.slice(0, 20)} is not understood`, 'QPD^1^3', '103');
}

function dayOf(text: string): string {
  const match = /^(\d{4})(?:(\d{2})(\d{2})?)?/.exec(text);
  if (match === null) throw new MapFailure('The birth date is no date', 'QPD^1^3', '102');
  const [, year = '', month = '', day = ''] = match;
  return [year, month, day].filter((part) => part !== '').join('-');
}

function genderOf(text: string): string {
  const mapped = administrativeSex.lookup(text.toUpperCase());
  if (mapped === undefined || mapped === null) throw new MapFailure('The sex is none of table 0001', 'QPD^1^3', '103');
  return mapped.code;
}

/** How many records are wanted: RCP-2, QRD-7. */
export function limitOf(text: string): number {
  const count = Number(text);
  return Number.isInteger(count) && count > 0 ? Math.min(count, MAX_LIMIT) : DEFAULT_LIMIT;
}
