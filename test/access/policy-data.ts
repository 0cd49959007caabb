import fc from 'fast-check';
import type { JsonObject } from '../../server/kernel/json.ts';

/** A small clinic of random resources, and what each of its search parameters finds there, read straight from the JSON. */
export const PATIENTS = ['p1', 'p2', 'p3', 'p4'] as const;
export const PRACTITIONERS = ['d1', 'd2'] as const;
export const ORGANIZATIONS = ['o1', 'o2'] as const;
export const OBSERVATION_CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';
export const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
export const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
export const LOINC = 'http://loinc.org';
const DATES = ['2020-01-01', '2020-06', '2021', '2021-03-04T10:00:00Z', '2022-12-31'] as const;

export interface Coded {
  readonly system?: string;
  readonly code: string;
}

/** What a parameter finds: codes, references, spans of time [low, high), or texts. */
export type Found =
  | { readonly kind: 'token'; readonly codes: readonly Coded[] }
  | { readonly kind: 'reference'; readonly refs: readonly string[] }
  | { readonly kind: 'date'; readonly spans: readonly (readonly [number, number])[] }
  | { readonly kind: 'string'; readonly texts: readonly string[] };

/** Loosely typed: tests look at JSON as it is written. */
type Loose = { readonly [key: string]: Loose } & readonly Loose[] & string;
type Read = (resource: Loose) => Found;

const list = (value: Loose | undefined): readonly Loose[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly Loose[]) : [value];
const code = (at: (r: Loose) => Loose | undefined): Read => {
  return (r) => ({ kind: 'token', codes: list(at(r)).map((text) => ({ code: String(text) })) });
};
const concept = (at: (r: Loose) => Loose | undefined): Read => {
  return (r) => ({ kind: 'token', codes: list(at(r)).flatMap((one) => list(one.coding)) as unknown as Coded[] });
};
const coding = (at: (r: Loose) => Loose | undefined): Read => {
  return (r) => ({ kind: 'token', codes: list(at(r)) as unknown as Coded[] });
};
const refs = (at: (r: Loose) => readonly (Loose | undefined)[], type?: string): Read => {
  return (r) => ({
    kind: 'reference',
    refs: at(r)
      .flatMap((one) => (one?.reference === undefined ? [] : [String(one.reference)]))
      .filter((ref) => type === undefined || ref.startsWith(`${type}/`)),
  });
};
const dates = (at: (r: Loose) => Loose | undefined): Read => {
  return (r) => ({ kind: 'date', spans: list(at(r)).map((text) => spanOf(String(text))) });
};
const strings =
  (at: (r: Loose) => readonly Loose[]): Read =>
  (r) => ({ kind: 'string', texts: at(r).map(String) });

export function spanOf(text: string): readonly [number, number] {
  const [year = 0, month = 1, day = 1] = text.slice(0, 10).split('-').map(Number);
  if (text.length === 4) return [Date.UTC(year, 0), Date.UTC(year + 1, 0)];
  if (text.length === 7) return [Date.UTC(year, month - 1), Date.UTC(year, month)];
  if (text.length === 10) return [Date.UTC(year, month - 1, day), Date.UTC(year, month - 1, day + 1)];
  return [Date.parse(text), Date.parse(text) + 1000];
}

const security: Record<string, Read> = { _security: coding((r) => r.meta?.security), _tag: coding((r) => r.meta?.tag) };

export const PARAMS: Readonly<Record<string, Readonly<Record<string, Read>>>> = {
  Patient: {
    ...security,
    gender: code((r) => r.gender),
    family: strings((r) => list(r.name).flatMap((name) => list(name.family))),
    birthdate: dates((r) => r.birthDate),
    'general-practitioner': refs((r) => list(r.generalPractitioner)),
    organization: refs((r) => [r.managingOrganization]),
  },
  Observation: {
    ...security,
    status: code((r) => r.status),
    category: concept((r) => r.category),
    code: concept((r) => r.code),
    subject: refs((r) => [r.subject]),
    patient: refs((r) => [r.subject], 'Patient'),
    performer: refs((r) => list(r.performer)),
    date: dates((r) => r.effectiveDateTime),
  },
  Condition: {
    ...security,
    category: concept((r) => r.category),
    code: concept((r) => r.code),
    subject: refs((r) => [r.subject]),
    patient: refs((r) => [r.subject], 'Patient'),
    asserter: refs((r) => [r.asserter]),
    'onset-date': dates((r) => r.onsetDateTime),
    'recorded-date': dates((r) => r.recordedDate),
  },
  Appointment: {
    ...security,
    status: code((r) => r.status),
    patient: refs((r) => list(r.participant).map((one) => one.actor), 'Patient'),
    actor: refs((r) => list(r.participant).map((one) => one.actor)),
    date: dates((r) => r.start),
  },
  Device: {
    ...security,
    status: code((r) => r.status),
    patient: refs((r) => [r.patient]),
    organization: refs((r) => [r.owner]),
  },
  Task: {
    ...security,
    code: concept((r) => r.code),
    status: code((r) => r.status),
    patient: refs((r) => [r.for], 'Patient'),
    subject: refs((r) => [r.for]),
    owner: refs((r) => [r.owner]),
    'authored-on': dates((r) => r.authoredOn),
  },
  Consent: {
    ...security,
    status: code((r) => r.status),
    patient: refs((r) => [r.patient]),
    date: dates((r) => r.dateTime),
  },
  Organization: { ...security, type: concept((r) => r.type), partof: refs((r) => [r.partOf]) },
};
export const TYPES = Object.keys(PARAMS);

/** The Patient compartment of these types, as https://hl7.org/fhir/R4/compartmentdefinition-patient.html has it. */
export function patientsOf(resource: JsonObject): readonly string[] {
  const r = resource as unknown as Loose;
  const all: Readonly<Record<string, readonly (Loose | undefined)[]>> = {
    Observation: [r.subject, ...list(r.performer)],
    Condition: [r.subject, r.asserter],
    Appointment: list(r.participant).map((one) => one.actor),
    Consent: [r.patient],
  };
  const found = (all[String(r.resourceType)] ?? []).flatMap((one) =>
    one?.reference === undefined ? [] : [String(one.reference)],
  );
  return found.filter((ref) => ref.startsWith('Patient/'));
}

/** Beyond the compartment: whose it is (Device), and whom it is about (Task). */
export function linkedPatient(resource: JsonObject): string | undefined {
  const r = resource as unknown as Loose;
  const link = r.resourceType === 'Device' ? r.patient : r.resourceType === 'Task' ? r.for : undefined;
  return link?.reference === undefined ? undefined : String(link.reference);
}

const patient = fc.constantFrom(...PATIENTS).map((id) => ({ reference: `Patient/${id}` }));
const practitioner = fc.constantFrom(...PRACTITIONERS).map((id) => ({ reference: `Practitioner/${id}` }));
const organization = fc.constantFrom(...ORGANIZATIONS).map((id) => ({ reference: `Organization/${id}` }));
const date = fc.constantFrom(...DATES);
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 3 });
const subset = <T>(...items: T[]): fc.Arbitrary<T[]> => fc.subarray(items);
const some = <T>(arbitrary: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<T[]> =>
  fc.array(arbitrary, { minLength: 1, maxLength });

export const LABELS: readonly Coded[] = [
  { system: ACT_CODE, code: 'HIV' },
  { system: ACT_CODE, code: 'PSY' },
  { system: ACT_CODE, code: 'PSYTHPN' },
  { system: CONFIDENTIALITY, code: 'R' },
  { system: CONFIDENTIALITY, code: 'V' },
  { system: CONFIDENTIALITY, code: 'N' },
  { system: 'http://example.org/other', code: 'HIV' },
];
const meta = maybe(
  fc.record({
    security: subset(...LABELS).map((labels) => labels.slice(0, 2)),
    tag: subset({ system: 'http://example.org/tag', code: 'a' }, { code: 'b' }),
  }),
);
const CODES: readonly Coded[] = [
  { system: LOINC, code: '8480-6' },
  { system: LOINC, code: '2093-3' },
  { code: '8480-6' },
];
const concepts = some(
  subset(...CODES).filter((codes) => codes.length > 0),
  1,
).map(([coding]) => ({ coding }));
const category = maybe(
  subset('laboratory', 'vital-signs').map((codes) =>
    codes.map((each) => ({ coding: [{ system: OBSERVATION_CATEGORY, code: each }] })),
  ),
);

const BY_TYPE: Readonly<Record<string, fc.Arbitrary<object>>> = {
  Observation: fc.record({
    status: fc.constantFrom('final', 'preliminary'),
    category,
    code: concepts,
    subject: maybe(fc.oneof({ weight: 5, arbitrary: patient }, fc.constant({ reference: 'Group/g1' }))),
    performer: maybe(some(fc.oneof(practitioner, organization, patient), 2)),
    // Not part of the compartment.
    focus: maybe(some(patient, 1)),
    effectiveDateTime: maybe(date),
  }),
  Condition: fc.record({
    category,
    code: maybe(concepts),
    subject: patient,
    asserter: maybe(fc.oneof(practitioner, patient)),
    onsetDateTime: maybe(date),
    recordedDate: maybe(date),
  }),
  Appointment: fc.record({
    status: fc.constantFrom('booked', 'cancelled', 'proposed'),
    participant: some(fc.record({ actor: fc.oneof(patient, practitioner), status: fc.constant('accepted') }), 3),
    start: maybe(fc.constantFrom('2020-01-01T10:00:00Z', '2022-12-31T23:00:00Z')),
  }),
  Device: fc.record({
    status: maybe(fc.constantFrom('active', 'inactive')),
    patient: maybe(patient),
    owner: maybe(organization),
  }),
  Task: fc.record({
    status: fc.constantFrom('draft', 'requested'),
    intent: fc.constant('order'),
    for: maybe(patient),
    owner: maybe(fc.oneof(practitioner, organization, patient)),
    authoredOn: maybe(date),
  }),
  Consent: fc.record({
    status: fc.constantFrom('draft', 'inactive'),
    scope: fc.constant({ coding: [{ code: 'patient-privacy' }] }),
    category: fc.constant([{ coding: [{ code: 'INFA' }] }]),
    patient,
    dateTime: maybe(date),
  }),
};

const persons = fc.tuple(
  fc.array(
    fc.record({
      meta,
      gender: maybe(fc.constantFrom('male', 'female')),
      name: maybe(some(fc.record({ family: fc.constantFrom('Meier', 'meier', 'Müller') }), 2)),
      birthDate: maybe(fc.constantFrom('2020', '2020-06', '1980-01-01')),
      generalPractitioner: maybe(some(fc.oneof(practitioner, organization), 2)),
      managingOrganization: maybe(organization),
    }),
    { minLength: PATIENTS.length, maxLength: PATIENTS.length },
  ),
  fc.array(fc.record({ meta, type: maybe(some(concepts, 1)) }), {
    minLength: ORGANIZATIONS.length,
    maxLength: ORGANIZATIONS.length,
  }),
);

/** Everything that is stored, with ids; the same for one seed. */
export function randomClinic(seed: number): readonly JsonObject[] {
  const clean = (resource: object): JsonObject => JSON.parse(JSON.stringify(withoutEmpty(resource))) as JsonObject;
  const [patients, organizations] = fc.sample(persons, { numRuns: 1, seed })[0] ?? [[], []];
  const fixed = [
    ...patients.map((one, index) => clean({ resourceType: 'Patient', id: PATIENTS[index], ...one })),
    ...organizations.map((one, index) =>
      clean({
        resourceType: 'Organization',
        id: ORGANIZATIONS[index],
        name: 'o',
        ...one,
        ...(index === 1 ? { partOf: { reference: 'Organization/o1' } } : {}),
      }),
    ),
    ...PRACTITIONERS.map((id) => clean({ resourceType: 'Practitioner', id })),
    clean({
      resourceType: 'Group',
      id: 'g1',
      type: 'person',
      actual: true,
      member: [{ entity: { reference: 'Patient/p1' } }],
    }),
  ];
  const others = Object.entries(BY_TYPE).flatMap(([type, arbitrary], place) =>
    fc
      .sample(fc.tuple(arbitrary, meta), { numRuns: 25, seed: seed + place })
      .map(([one, ownMeta], index) =>
        clean({ resourceType: type, id: `${type.toLowerCase()}-${index}`, meta: ownMeta, ...one }),
      ),
  );
  return [...fixed, ...others];
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([key, one]) => [key, withoutEmpty(one)] as const)
    .filter(
      ([, one]) => one !== undefined && !(typeof one === 'object' && one !== null && Object.keys(one).length === 0),
    );
  return Object.fromEntries(entries);
}
