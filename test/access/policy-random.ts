import fc from 'fast-check';
import type { Action } from '../../server/access/access.ts';
import {
  ACT_CODE,
  CONFIDENTIALITY,
  LABELS,
  LOINC,
  OBSERVATION_CATEGORY,
  PARAMS,
  PATIENTS,
  PRACTITIONERS,
  TYPES,
  ORGANIZATIONS,
  type Coded,
} from './policy-data.ts';

/** A condition of criteria before it is written as a search. */
export interface Condition {
  readonly param: string;
  readonly missing?: boolean;
  readonly not?: true;
  readonly tokens?: readonly Coded[];
  /** Only of any code of a system, or of codes of any system. */
  readonly refs?: readonly string[];
  readonly dates?: readonly (readonly [prefix: string, text: string])[];
  readonly exact?: readonly string[];
}

export interface RandomGrant {
  readonly types: readonly string[];
  readonly interactions: readonly Action[];
  readonly conditions: readonly Condition[];
  readonly compartment?: 'Patient/%patient' | 'Patient/%careteam';
  readonly purposes?: readonly string[];
  readonly ttl?: number;
}

export interface RandomRole {
  readonly grants: readonly RandomGrant[];
  readonly denies: readonly RandomGrant[];
  readonly clearance: readonly string[];
}

export interface RandomScope {
  readonly level: 'patient' | 'user' | 'system';
  readonly type: string;
  readonly actions: readonly Action[];
  readonly isFirstVersion: boolean;
  readonly conditions: readonly Condition[];
}

export interface RandomProvision {
  readonly type?: 'deny' | 'permit';
  readonly actors?: readonly string[];
  readonly actions?: readonly string[];
  readonly purposes?: readonly string[];
  readonly types?: readonly string[];
  readonly codes?: readonly Coded[];
  readonly labels?: readonly Coded[];
  readonly data?: readonly (readonly [meaning: string, reference: string])[];
  readonly period?: readonly [string | undefined, string | undefined];
  readonly dataPeriod?: readonly [string | undefined, string | undefined];
  readonly exceptions: readonly RandomProvision[];
}

export interface RandomPolicy {
  readonly roles: readonly RandomRole[];
  readonly kind: 'user' | 'client';
  readonly fhirUser: string | undefined;
  readonly scopes: readonly RandomScope[] | undefined;
  readonly patient: string | undefined;
  readonly purposes: readonly string[];
  /** Minutes since the sign-in. */
  readonly signedIn: number | undefined;
  readonly glass: { readonly patient: string; readonly isOver: boolean } | undefined;
  readonly orgs: readonly string[];
  readonly careteam: readonly string[];
  readonly consents: readonly {
    readonly patient: string;
    readonly status: string;
    readonly provision: RandomProvision;
  }[];
  readonly mode: 'opt-in' | 'opt-out';
}

const ACTIONS: readonly Action[] = ['create', 'read', 'update', 'delete', 'search'];
const actions = fc.oneof(fc.subarray([...ACTIONS], { minLength: 1 }), fc.constant([...ACTIONS]));
/** @param percent how often there is one */
const maybe = <T>(arbitrary: fc.Arbitrary<T>, percent: number): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: percent, arbitrary }, { weight: 100 - percent, arbitrary: fc.constant(undefined) });
const some = <T>(arbitrary: fc.Arbitrary<T>, maxLength = 2): fc.Arbitrary<T[]> =>
  fc.array(arbitrary, { minLength: 1, maxLength });

const TOKENS: Readonly<Record<string, readonly Coded[]>> = {
  status: [{ code: 'final' }, { code: 'booked' }, { code: 'draft' }, { code: 'active' }],
  gender: [{ code: 'male' }, { code: 'female' }],
  category: [
    { code: 'laboratory' },
    { system: OBSERVATION_CATEGORY, code: 'laboratory' },
    { system: OBSERVATION_CATEGORY, code: '' },
  ],
  code: [
    { system: LOINC, code: '8480-6' },
    { code: '8480-6' },
    { system: '', code: '8480-6' },
    { system: LOINC, code: '' },
  ],
  type: [{ system: LOINC, code: '8480-6' }, { code: '2093-3' }],
  _security: [...LABELS],
  _tag: [{ system: 'http://example.org/tag', code: 'a' }, { code: 'b' }],
};
const REFS: readonly string[] = [
  ...PATIENTS.map((id) => `Patient/${id}`),
  ...PRACTITIONERS.map((id) => `Practitioner/${id}`),
  ...ORGANIZATIONS.map((id) => `Organization/${id}`),
];
/** Types that the references of a parameter may name, of some types others; variables are filtered by them. */
export const TARGETS: Readonly<Record<string, readonly string[]>> = {
  patient: ['Patient'],
  'Condition subject': ['Patient', 'Group'],
  'Task subject': ['Patient', 'Practitioner', 'Organization', 'CareTeam', 'RelatedPerson', 'Device', 'Group'],
  subject: ['Patient', 'Group', 'Device', 'Location'],
  performer: ['Patient', 'Practitioner', 'Organization', 'CareTeam', 'PractitionerRole', 'RelatedPerson'],
  asserter: ['Patient', 'Practitioner', 'PractitionerRole', 'RelatedPerson'],
  actor: ['Patient', 'Practitioner', 'PractitionerRole', 'RelatedPerson', 'Device', 'HealthcareService', 'Location'],
  owner: [
    'Patient',
    'Practitioner',
    'Organization',
    'CareTeam',
    'PractitionerRole',
    'RelatedPerson',
    'Device',
    'HealthcareService',
  ],
  'general-practitioner': ['Practitioner', 'Organization', 'PractitionerRole'],
  organization: ['Organization'],
  partof: ['Organization'],
};
const VARIABLES = ['%user', '%patient', '%orgs', '%careteam'];
const DATES = ['2020', '2020-06', '2021-03-04', '2022-12-31T23:00:00Z'];
const PREFIXES = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb'];

function conditionOf(type: string, param: string, variables: boolean): fc.Arbitrary<Condition> {
  const kind = PARAMS[type]?.[param]?.({} as never).kind;
  const missing = fc.boolean().map((is): Condition => ({ param, missing: is }));
  const value = ((): fc.Arbitrary<Condition> => {
    switch (kind) {
      case 'reference': {
        const allowed = TARGETS[param] ?? [];
        const literal = REFS.filter((ref) => allowed.includes(ref.split('/')[0] ?? ''));
        return some(fc.constantFrom(...literal, ...(variables ? VARIABLES : []))).map((refs) => ({ param, refs }));
      }
      case 'date':
        return some(fc.tuple(fc.constantFrom(...PREFIXES), fc.constantFrom(...DATES))).map((dates) => ({
          param,
          dates,
        }));
      case 'string':
        return some(fc.constantFrom('Meier', 'meier', 'Müller', 'Muller')).map((exact) => ({ param, exact }));
      default:
        return fc
          .tuple(some(fc.constantFrom(...(TOKENS[param] ?? [{ code: 'x' }]))), fc.boolean())
          .map(([tokens, not]) => ({ param, tokens, ...(not ? { not: true as const } : {}) }));
    }
  })();
  return fc.oneof({ weight: 5, arbitrary: value }, { weight: 1, arbitrary: missing });
}

/** Conditions that every one of the types has. */
function conditionsOf(
  types: readonly string[],
  variables: boolean,
  maxLength: number,
): fc.Arbitrary<readonly Condition[]> {
  const [first = ''] = types;
  const shared = Object.keys(PARAMS[first] ?? {}).filter((param) =>
    types.every((type) => PARAMS[type]?.[param] !== undefined),
  );
  const conditions = fc.array(
    fc.constantFrom(...shared).chain((param) => conditionOf(first, param, variables)),
    { maxLength },
  );
  return fc.oneof(fc.constant([]), conditions);
}

const IN_COMPARTMENT = ['Patient', 'Observation', 'Condition', 'Appointment', 'Consent'];
const types = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...TYPES).map((type) => [type]) },
  { weight: 1, arbitrary: fc.subarray(TYPES, { minLength: 1 }) },
  { weight: 2, arbitrary: fc.constant(TYPES) },
);

const grant: fc.Arbitrary<RandomGrant> = fc
  .tuple(types, maybe(fc.constantFrom('Patient/%patient' as const, 'Patient/%careteam' as const), 25))
  .chain(([names, compartment]) => {
    const inside = names.filter((type) => IN_COMPARTMENT.includes(type));
    const usable = compartment === undefined || inside.length === 0 ? names : inside;
    return fc
      .record({
        interactions: actions,
        conditions: conditionsOf(usable, true, 2),
        purposes: maybe(some(fc.constantFrom('TREAT', 'HPAYMT')), 20),
        ttl: maybe(fc.constantFrom(10, 60), 20),
      })
      .map((rest) => defined({ types: usable, ...rest, compartment: inside.length === 0 ? undefined : compartment }));
  });
const deny = grant.map(({ types: named, interactions, conditions, compartment }) =>
  defined({ types: named, interactions, conditions, compartment }),
);
const role: fc.Arbitrary<RandomRole> = fc.record({
  grants: fc.array(grant, { minLength: 1, maxLength: 4 }),
  denies: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(deny, { maxLength: 2 }) },
  ),
  clearance: fc.subarray(['HIV', 'PSY', 'PSYTHPN', 'R', 'V']),
});

const scope: fc.Arbitrary<RandomScope> = fc
  .tuple(
    fc.constantFrom('patient' as const, 'user' as const, 'system' as const),
    fc.constantFrom('*', '*', '*', ...TYPES),
  )
  .chain(([level, type]) =>
    fc
      .record({
        actions,
        isFirstVersion: fc.boolean(),
        conditions: type === '*' ? fc.constant([]) : conditionsOf([type], false, 1),
      })
      .map(({ actions: own, isFirstVersion, conditions }): RandomScope => {
        const first: readonly Action[] = own.includes('create') ? ['create', 'update', 'delete'] : ['read', 'search'];
        const isFirst = isFirstVersion && conditions.length === 0;
        return { level, type, actions: isFirst ? first : own, isFirstVersion: isFirst, conditions };
      }),
  );

const period = fc.tuple(
  maybe(fc.constantFrom('2019', '2021-01-01'), 60),
  maybe(fc.constantFrom('2021-06', '2100'), 60),
);
const provision = (depth: number): fc.Arbitrary<RandomProvision> =>
  fc
    .record({
      type: maybe(fc.constantFrom('deny' as const, 'permit' as const), 85),
      actors: maybe(
        some(fc.constantFrom('Practitioner/d1', 'Practitioner/d2', 'Organization/o1', 'CareTeam/c1', 'Group/g1')),
        40,
      ),
      actions: maybe(some(fc.constantFrom('access', 'use', 'correct', 'collect', 'whatever')), 25),
      purposes: maybe(some(fc.constantFrom('TREAT', 'HPAYMT')), 20),
      types: maybe(some(fc.constantFrom(...TYPES)), 30),
      codes: maybe(some(fc.constantFrom<Coded>({ system: LOINC, code: '8480-6' }, { code: '2093-3' })), 20),
      labels: maybe(
        some(fc.constantFrom<Coded>({ system: ACT_CODE, code: 'HIV' }, { system: CONFIDENTIALITY, code: 'R' })),
        20,
      ),
      data: maybe(
        some(
          fc.tuple(
            fc.constantFrom('instance', 'instance', 'related'),
            fc.constantFrom('Observation/observation-1', 'Condition/condition-2'),
          ),
        ),
        20,
      ),
      period: maybe(period, 25),
      dataPeriod: maybe(period, 25),
      exceptions: depth === 0 ? fc.constant([]) : fc.array(provision(depth - 1), { maxLength: 2 }),
    })
    .map((one) => defined(one));

export const policies: fc.Arbitrary<RandomPolicy> = fc.record({
  roles: fc.array(role, { minLength: 1, maxLength: 3 }),
  kind: fc.oneof(
    { weight: 4, arbitrary: fc.constant('user' as const) },
    { weight: 1, arbitrary: fc.constant('client' as const) },
  ),
  fhirUser: maybe(fc.constantFrom('Practitioner/d1', 'Patient/p1', 'RelatedPerson/r1', 'Device/x'), 90),
  scopes: maybe(fc.array(scope, { maxLength: 4 }), 45),
  patient: maybe(fc.constantFrom(...PATIENTS), 75),
  purposes: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: some(fc.constantFrom('TREAT', 'HPAYMT')) },
  ),
  signedIn: maybe(fc.constantFrom(5, 30, 90), 85),
  glass: maybe(fc.record({ patient: fc.constantFrom(...PATIENTS), isOver: fc.boolean() }), 25),
  orgs: fc.subarray(['Organization/o1', 'Organization/o2']),
  careteam: fc.oneof(fc.constant([]), fc.subarray(['CareTeam/c1', 'Patient/p2', 'Patient/p3'])),
  consents: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.array(
        fc.record({
          patient: fc.constantFrom(...PATIENTS),
          status: fc.constantFrom('active', 'active', 'active', 'draft'),
          provision: provision(2),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    },
  ),
  mode: fc.oneof(
    { weight: 4, arbitrary: fc.constant('opt-out' as const) },
    { weight: 1, arbitrary: fc.constant('opt-in' as const) },
  ),
});

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> } & object;

/** Without the keys that are undefined, as JSON has none. */
function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Defined<T>;
}
