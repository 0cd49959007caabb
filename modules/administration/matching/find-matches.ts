import { Fault, type ClinicReader, type ResourceOf, type Stored } from '#sdk';
import { survivorOf } from '../merge/link.ts';
import { agreementOf } from './agreement.ts';
import { scoreOf, type Grade } from './grade.ts';

type Patient = ResourceOf<'Patient'>;

export interface Match {
  readonly patient: Stored<'Patient'>;
  readonly score: number;
  readonly grade: Grade;
}

/** A search that finds more tells nothing of one person. */
const LIMIT = 500;
const MOST = 10;

/**
 * Patients whom a description may mean, the surest first; in place of one who was merged into another one, that one. Found
 * is who shares an identifier, the day of birth, the whole name, or a telephone number. When several are certain, none is.
 */
export async function findMatches(reader: ClinicReader, described: Patient): Promise<readonly Match[]> {
  const found = new Map<string, Stored<'Patient'>>();
  for (const query of queriesFor(described)) {
    for (const patient of await searchFew(reader, query)) found.set(patient.id, patient);
  }
  if (described.id !== undefined) found.delete(described.id);
  const matches = new Map<string, Match>();
  for (const candidate of found.values()) {
    const { score, grade } = scoreOf(agreementOf(described, candidate));
    const patient = grade === undefined ? undefined : await standingFor(reader, candidate);
    if (grade === undefined || patient === undefined || patient.id === described.id) continue;
    const known = matches.get(patient.id);
    if (known === undefined || known.score < score) matches.set(patient.id, { patient, score, grade });
  }
  const sorted = [...matches.values()].sort((a, b) => b.score - a.score || (a.patient.id < b.patient.id ? -1 : 1));
  const isAmbiguous = sorted.filter(({ grade }) => grade === 'certain').length > 1;
  return isAmbiguous
    ? sorted.map((match) => (match.grade === 'certain' ? { ...match, grade: 'probable' } : match))
    : sorted;
}

/** Whether a description has something by which somebody can be found. */
export function canBeFound(described: Patient): boolean {
  return queriesFor(described).length > 0;
}

function queriesFor({ identifier = [], birthDate, name = [], telecom = [] }: Patient): readonly string[] {
  const tokens = identifier
    .flatMap(({ system, value }) => (system && value ? [`${escaped(system)}|${escaped(value)}`] : []))
    .slice(0, MOST);
  const names = name.flatMap(({ family, given: [given] = [] }) =>
    family && given ? [`family=${escaped(family)}&given=${escaped(given)}`] : [],
  );
  const numbers = telecom.flatMap(({ system, value }) => (value && system === 'phone' ? [escaped(value)] : []));
  return [
    ...(tokens.length === 0 ? [] : [`identifier=${tokens.join()}`]),
    ...(birthDate?.length === 10 ? [`birthdate=${birthDate}`] : []),
    ...names.slice(0, MOST),
    ...(numbers.length === 0 ? [] : [`phone=${numbers.slice(0, MOST).join()}`]),
  ];
}

/** https://hl7.org/fhir/R4/search.html#escaping */
function escaped(text: string): string {
  return encodeURIComponent(text.replace(/[\\|,$]/g, '\\$&'));
}

async function searchFew(reader: ClinicReader, query: string): Promise<readonly Stored<'Patient'>[]> {
  try {
    return await reader.search('Patient', query, LIMIT);
  } catch (error) {
    if (error instanceof Fault && error.code === 'module.tooManyMatches') return [];
    throw error;
  }
}

/** Charts that were merged into one that was merged later lead to the last one. */
async function standingFor(reader: ClinicReader, patient: Stored<'Patient'>): Promise<Stored<'Patient'> | undefined> {
  const seen = new Set<string>();
  for (let standing = patient; ;) {
    const next = survivorOf(standing);
    if (next === undefined) return standing;
    const found = seen.has(next) ? undefined : await reader.resolve({ reference: next }, 'Patient');
    if (found === undefined) return undefined;
    seen.add(next);
    standing = found;
  }
}
