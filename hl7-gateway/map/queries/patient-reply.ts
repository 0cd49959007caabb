import type { OutgoingSegment } from '../../hl7/build-message.ts';
import type { ParsedSegment } from '../../hl7/parsed-message.ts';
import { isFrom } from '../../hl7/versions.ts';
import { isObject, type JsonObject } from '../../../server/kernel/json.ts';
import type { PatientQuery } from './patient-query.ts';
import { identifiersSegment, patientSegment, type AssignerNames } from './patient-segment.ts';

/** What `acknowledge` of the wire takes: code, errors, and the segments after MSA. */
export interface PatientReply {
  readonly code: 'AA' | 'AE';
  readonly errors: readonly { readonly location: string; readonly code: string; readonly text: string }[];
  readonly segments: readonly OutgoingSegment[];
}

/**
 * The reply to a question for patients.
 * @param bundle searchset that answers `query.search`
 * @param names how the peer calls assigners
 */
export function patientReply(query: PatientQuery, bundle: JsonObject, names: AssignerNames): PatientReply {
  const patients = patientsOf(bundle).filter((patient) => isExactly(query, patient));
  switch (query.kind) {
    case 'identifiers':
      return numbersReply(query, patients, names);
    case 'demographics':
      return demographicsReply(query, bundle, patients, names);
    case 'lookup':
      return lookupReply(query, patients, names);
  }
}

/** ADR: the question as it was asked, and who was found. Before 2.4 only an error says that nobody was. */
function lookupReply(query: PatientQuery, patients: readonly JsonObject[], names: AssignerNames): PatientReply {
  const { message, limit } = query;
  const isNew = isFrom(message.version, '2.4');
  const isNobody = patients.length === 0;
  const question = message.segments.filter(({ name }) => name === 'QRD' || name === 'QRF').map(echoOf);
  const tag = message.segments.find(({ name }) => name === 'QRD')?.get(4, 1, 1) ?? '';
  const status: readonly OutgoingSegment[] = isNew ? [['QAK', tag, isNobody ? 'NF' : 'OK']] : [];
  const isError = isNobody && !isNew;
  return {
    code: isError ? 'AE' : 'AA',
    errors: isError ? [{ location: 'QRD^1^8', code: '204', text: 'Nobody was found' }] : [],
    segments: [
      ...status,
      ...question,
      ...patients
        .slice(0, limit)
        .map((patient, index) => patientSegment(patient, index + 1, { domains: query.domains, names })),
    ],
  };
}

function demographicsReply(
  query: PatientQuery,
  bundle: JsonObject,
  patients: readonly JsonObject[],
  names: AssignerNames,
): PatientReply {
  const found = patients.slice(0, query.limit);
  const total = Math.max(
    typeof bundle.total === 'number' && query.exact.length === 0 ? bundle.total : 0,
    patients.length,
  );
  return {
    code: 'AA',
    errors: [],
    segments: [
      ...head(query, found.length === 0 ? 'NF' : 'OK', { total, sent: found.length }),
      ...found.map((patient, index) => patientSegment(patient, index + 1, { domains: query.domains, names })),
    ],
  };
}

/** A number that nobody has is an error in PIX (case 3 of ITI-9); one without others is answered NF. */
function numbersReply(query: PatientQuery, patients: readonly JsonObject[], names: AssignerNames): PatientReply {
  const [patient, ...others] = patients;
  if (patient === undefined || others.length > 0) {
    const text = patient === undefined ? 'Nobody has this number' : 'Several patients have this number';
    return { code: 'AE', errors: [{ location: 'QPD^1^3^1^1', code: '204', text }], segments: head(query, 'AE') };
  }
  const segment = identifiersSegment(patient, { domains: query.domains, names, except: query.asked });
  if (segment === undefined) return { code: 'AA', errors: [], segments: head(query, 'NF') };
  return { code: 'AA', errors: [], segments: [...head(query, 'OK'), segment] };
}

/** QAK, and QPD as it was asked. */
function head(
  { message }: PatientQuery,
  status: 'OK' | 'NF' | 'AE',
  count?: { readonly total: number; readonly sent: number },
): readonly OutgoingSegment[] {
  const qpd = message.segments.find(({ name }) => name === 'QPD');
  if (qpd === undefined) return [];
  const counts = count === undefined ? [] : [String(count.total), String(count.sent), String(count.total - count.sent)];
  return [['QAK', qpd.get(2, 1, 1), status, componentsOf(qpd, 1, 1), ...counts], echoOf(qpd)];
}

/** Written anew: the reply has delimiters of its own. */
function echoOf(segment: ParsedSegment): OutgoingSegment {
  const fields = Array.from({ length: segment.fields }, (_, index) => ({
    repetitions: Array.from({ length: segment.repetitions(index + 1) }, (_unused, repetition) =>
      componentsOf(segment, index + 1, repetition + 1),
    ),
  }));
  return [segment.name, ...fields];
}

function componentsOf(segment: ParsedSegment, field: number, repetition: number): readonly (readonly string[])[] {
  return Array.from({ length: segment.components(field, repetition) }, (_, component) =>
    Array.from({ length: segment.subcomponents(field, repetition, component + 1) }, (_unused, subcomponent) =>
      segment.get(field, repetition, component + 1, subcomponent + 1),
    ),
  );
}

/** Patients that matched; not those that are only mentioned, nor those whose chart has become another one's. */
function patientsOf({ entry }: JsonObject): readonly JsonObject[] {
  if (!Array.isArray(entry)) return [];
  return entry
    .map((each) => (isObject(each) && isObject(each.resource) ? each.resource : undefined))
    .filter((resource) => resource?.resourceType === 'Patient' && !isReplaced(resource))
    .filter((resource) => resource !== undefined);
}

function isReplaced({ link }: JsonObject): boolean {
  return Array.isArray(link) && link.some((each) => isObject(each) && each.type === 'replaced-by');
}

/** FHIR finds names that begin with the text; the question wants the name. */
function isExactly({ exact }: PatientQuery, { name }: JsonObject): boolean {
  const names = (Array.isArray(name) ? name : []).filter(isObject);
  return exact.every(({ element, text }) =>
    names.some((each) => {
      const value = each[element];
      return (Array.isArray(value) ? value : [value]).some(
        (part) => typeof part === 'string' && folded(part) === folded(text),
      );
    }),
  );
}

function folded(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().trim();
}
