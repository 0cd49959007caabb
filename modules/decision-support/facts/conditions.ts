import type { ResourceOf } from '#sdk';
import { plainName } from '../knowledge/concepts.ts';
import { CONDITION_GROUPS } from '../knowledge/vocabulary.ts';
import { CONDITION_GROUP, ICD10, SNOMED } from '../names.ts';

type Condition = ResourceOf<'Condition'>;

const OVER: ReadonlySet<string> = new Set(['inactive', 'remission', 'resolved']);
const WRONG: ReadonlySet<string> = new Set(['refuted', 'entered-in-error']);

const BY_SNOMED = indexed('snomed');
const BY_NAME: ReadonlyMap<string, string> = new Map(
  [...CONDITION_GROUPS.values()].flatMap(({ code, display, names }) =>
    [display, ...names].map((name) => [conditionName(name), code]),
  ),
);
const ICD10_PREFIXES: readonly (readonly [prefix: string, group: string])[] = [...indexed('icd10')];

function indexed(property: string): ReadonlyMap<string, string> {
  return new Map(
    [...CONDITION_GROUPS.values()].flatMap((concept) =>
      concept.property(property).map((value) => [value, concept.code]),
    ),
  );
}

/** Groups of the conditions that somebody has, each with the resources that say so. */
export function conditionGroups(conditions: readonly Condition[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const condition of conditions.filter(isPresent)) {
    for (const group of groupsOf(condition)) {
      groups.set(group, [...(groups.get(group) ?? []), `Condition/${condition.id ?? ''}`]);
    }
  }
  return groups;
}

function isPresent({ clinicalStatus, verificationStatus, abatementDateTime }: Condition): boolean {
  const has = (concept: Condition['clinicalStatus'], codes: ReadonlySet<string>): boolean =>
    concept?.coding?.some(({ code = '' }) => codes.has(code)) === true;
  if (has(verificationStatus, WRONG) || has(clinicalStatus, OVER)) return false;
  return clinicalStatus !== undefined || abatementDateTime === undefined;
}

function groupsOf({ code }: Condition): ReadonlySet<string> {
  const found: (string | undefined)[] = [];
  for (const { system, code: value = '', display = '' } of code?.coding ?? []) {
    if (system === CONDITION_GROUP && CONDITION_GROUPS.has(value)) found.push(value);
    if (system === SNOMED) found.push(BY_SNOMED.get(value));
    if (system === ICD10) {
      const plain = value.replace('.', '').toUpperCase();
      found.push(...ICD10_PREFIXES.filter(([prefix]) => plain.startsWith(prefix)).map(([, group]) => group));
    }
    found.push(groupNamed(display));
  }
  return new Set([...found, groupNamed(code?.text ?? '')].filter((group) => group !== undefined));
}

function groupNamed(name: string): string | undefined {
  return BY_NAME.get(conditionName(name));
}

/** SNOMED CT puts the kind of a concept behind its name: `Asthma (disorder)`; commas say nothing. */
function conditionName(name: string): string {
  return plainName(name.replace(/\s*\((?:disorder|finding|situation)\)\s*$/i, '').replaceAll(',', ' '));
}
