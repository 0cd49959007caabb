import type { ResourceOf } from '#sdk';

type Patient = ResourceOf<'Patient'>;
type Identifier = NonNullable<Patient['identifier']>[number];

const TYPES = 'http://terminology.hl7.org/CodeSystem/v2-0203';

/**
 * Identifiers of a chart as the one into which it is merged gets them: under all of them the patient is found. Medical record
 * numbers become old ones, as a patient has one.
 */
export function inheritedIdentifiers(source: Patient, target: Patient): readonly Identifier[] {
  const isThere = ({ system, value }: Identifier): boolean =>
    (target.identifier ?? []).some((each) => each.system === system && each.value === value);
  return (source.identifier ?? []).filter((identifier) => !isThere(identifier)).map(asOld);
}

/** Without those that it was given, unless somebody has changed them since. */
export function withoutIdentifiers(target: Patient, given: readonly Identifier[]): Patient {
  const { identifier = [], ...rest } = target;
  const isGiven = (one: Identifier): boolean =>
    given.some(({ system, value, use }) => system === one.system && value === one.value && use === one.use);
  const left = identifier.filter((one) => !isGiven(one));
  return left.length === 0 ? rest : { ...rest, identifier: left };
}

function asOld(identifier: Identifier): Identifier {
  const isNumber = identifier.type?.coding?.some(({ system, code }) => system === TYPES && code === 'MR');
  return isNumber === true
    ? { ...identifier, use: 'old', type: { coding: [{ system: TYPES, code: 'PI' }] } }
    : identifier;
}
