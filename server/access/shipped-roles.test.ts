import type { JsonObject } from '../kernel/json.ts';
import type { Access, Action } from './access.ts';
import { accessOf, context, NOW } from './shipped-access.fixture.ts';
import { shippedRoles } from './shipped-roles.ts';

const subject = { reference: 'Patient/p1' };
const OTHERS = { reference: 'Patient/p2' };
const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';

/** One resource for each thing that matters; all of Patient/p1. */
const RESOURCES: Readonly<Record<string, JsonObject>> = {
  Patient: { resourceType: 'Patient', id: 'p1' },
  Appointment: { resourceType: 'Appointment', id: 'a', participant: [{ actor: subject }] },
  Coverage: { resourceType: 'Coverage', id: 'c', beneficiary: subject },
  Condition: { resourceType: 'Condition', id: 'c', subject },
  'vital sign': observation('vital-signs'),
  'lab result': observation('laboratory'),
  note: { resourceType: 'DocumentReference', id: 'n', subject },
  MedicationRequest: { resourceType: 'MedicationRequest', id: 'm', subject },
  MedicationDispense: { resourceType: 'MedicationDispense', id: 'm', subject },
  Claim: { resourceType: 'Claim', id: 'c', patient: subject },
  Communication: { resourceType: 'Communication', id: 'c', subject },
  Consent: { resourceType: 'Consent', id: 'c', patient: subject },
  AuditEvent: { resourceType: 'AuditEvent', id: 'a' },
  Practitioner: { resourceType: 'Practitioner', id: 'd1' },
  PractitionerRole: { resourceType: 'PractitionerRole', id: 'r' },
  Group: { resourceType: 'Group', id: 'g', member: [{ entity: subject }] },
  Bundle: { resourceType: 'Bundle', id: 'b' },
  ValueSet: { resourceType: 'ValueSet', id: 'v' },
  Subscription: { resourceType: 'Subscription', id: 's' },
};
const LETTERS: readonly (readonly [string, Action])[] = [
  ['c', 'create'],
  ['r', 'read'],
  ['u', 'update'],
  ['d', 'delete'],
  ['s', 'search'],
];

function observation(category: string): JsonObject {
  return {
    resourceType: 'Observation',
    id: category,
    subject,
    category: [{ coding: [{ system: CATEGORY, code: category }] }],
  };
}

function lettersOf(access: Access, resource: JsonObject): string {
  return LETTERS.map(([letter, action]) => (access.permits(resource, action) ? letter : '')).join('');
}

const MATRIX: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  administrator: {
    Patient: 'crus',
    AuditEvent: 'rs',
    Practitioner: 'cruds',
    PractitionerRole: 'cruds',
    Group: 'cruds',
    ValueSet: 'cruds',
    Subscription: 'cruds',
  },
  physician: {
    Patient: 'crus',
    Appointment: 'crus',
    Coverage: 'rs',
    Condition: 'crus',
    'vital sign': 'crus',
    'lab result': 'crus',
    note: 'crus',
    MedicationRequest: 'crus',
    MedicationDispense: 'crus',
    Communication: 'crus',
    Consent: 'crus',
    Practitioner: 'rs',
    PractitionerRole: 'rs',
    Group: 'rs',
    Bundle: 'crus',
    ValueSet: 'rs',
  },
  nurse: {
    Patient: 'rus',
    Appointment: 'rus',
    Condition: 'rs',
    'vital sign': 'crus',
    'lab result': 'crus',
    note: 'crus',
    MedicationRequest: 'rs',
    MedicationDispense: 'rs',
    Communication: 'crus',
    Consent: 'rs',
    Practitioner: 'rs',
    PractitionerRole: 'rs',
    Group: 'rs',
    Bundle: 'rs',
    ValueSet: 'rs',
  },
  pharmacist: {
    Patient: 'rs',
    Coverage: 'rs',
    Condition: 'rs',
    'vital sign': 'rs',
    'lab result': 'rs',
    MedicationRequest: 'rus',
    MedicationDispense: 'crus',
    Practitioner: 'rs',
    PractitionerRole: 'rs',
    ValueSet: 'rs',
  },
  receptionist: {
    Patient: 'crus',
    Appointment: 'crus',
    Coverage: 'crus',
    Consent: 'crs',
    Practitioner: 'rs',
    PractitionerRole: 'rs',
    ValueSet: 'rs',
  },
  biller: {
    Patient: 'rs',
    Appointment: 'rs',
    Coverage: 'crus',
    Condition: 'rs',
    MedicationDispense: 'rs',
    Claim: 'crus',
    Practitioner: 'rs',
    PractitionerRole: 'rs',
    ValueSet: 'rs',
  },
  lab: { Patient: 'rs', 'lab result': 'crus', Practitioner: 'rs', PractitionerRole: 'rs', ValueSet: 'rs' },
  auditor: { Consent: 'rs', AuditEvent: 'rs', Practitioner: 'rs', PractitionerRole: 'rs', ValueSet: 'rs' },
  patient: {
    Patient: 'rus',
    Appointment: 'crus',
    Coverage: 'rs',
    Condition: 'rs',
    'vital sign': 'rs',
    'lab result': 'rs',
    note: 'rs',
    MedicationRequest: 'rs',
    MedicationDispense: 'rs',
    Claim: 'rs',
    Communication: 'rs',
    Consent: 'crs',
    Practitioner: 'rs',
    PractitionerRole: 'rs',
    ValueSet: 'rs',
  },
  gateway: {
    Patient: 'crus',
    Appointment: 'crus',
    Coverage: 'crus',
    Condition: 'crus',
    'vital sign': 'crus',
    'lab result': 'crus',
    note: 'crus',
    MedicationRequest: 'crus',
    MedicationDispense: 'crus',
    Practitioner: 'crus',
    PractitionerRole: 'crus',
    ValueSet: 'rs',
    Subscription: 'crus',
  },
  system: Object.fromEntries(Object.keys(RESOURCES).map((name) => [name, name === 'AuditEvent' ? 'crs' : 'cruds'])),
};

test.each(Object.entries({ ...MATRIX, proxy: { ...MATRIX.patient, Patient: 'rs' } }))('%s', (role, expected) => {
  const fhirUser = role === 'patient' ? 'Patient/p1' : role === 'proxy' ? 'RelatedPerson/r1' : 'Practitioner/d1';
  const access = accessOf([role], { fhirUser });
  const found = Object.entries(RESOURCES).map(([name, resource]) => [name, lettersOf(access, resource)]);
  expect(Object.fromEntries(found.filter(([, letters]) => letters !== ''))).toEqual(expected);
});

test('every shipped role is in the matrix', () => {
  const names = shippedRoles(context).map(({ name }) => name);
  expect([...Object.keys(MATRIX), 'proxy'].sort()).toEqual(names.sort());
});

test.each(['patient', 'proxy'])('a %s has nothing of another patient', (role) => {
  const access = accessOf([role], { fhirUser: role === 'patient' ? 'Patient/p1' : 'RelatedPerson/r1' });
  const foreign = (resource: JsonObject): JsonObject => {
    const text = JSON.stringify(resource).replaceAll('Patient/p1', 'Patient/p2');
    return JSON.parse(text.replace('"Patient","id":"p1"', '"Patient","id":"p2"')) as JsonObject;
  };
  const published = ['Practitioner', 'PractitionerRole', 'ValueSet'];
  const seen = Object.keys(RESOURCES).filter((name) => lettersOf(access, foreign(RESOURCES[name] ?? {})) !== '');
  expect(seen).toEqual(published);
  // Another Patient who is linked with them is another Patient.
  expect(
    access.permits({ resourceType: 'Patient', id: 'p9', link: [{ other: subject, type: 'seealso' }] }, 'read'),
  ).toBe(false);
  // Whom it is about decides, not what it is focused on.
  expect(access.permits({ resourceType: 'Observation', id: 'o', subject: OTHERS, focus: [subject] }, 'read')).toBe(
    false,
  );
});

test.each<[string, string, JsonObject | undefined, JsonObject, boolean]>([
  ['asks for an appointment', 'create', undefined, appointment({ status: 'proposed' }), true],
  ['books one themselves', 'create', undefined, appointment({ status: 'booked' }), false],
  [
    'asks for one of two patients',
    'create',
    undefined,
    appointment({ status: 'proposed', participant: [{ actor: subject }, { actor: OTHERS }] }),
    false,
  ],
  ['cancels one', 'update', appointment({ status: 'booked' }), appointment({ status: 'cancelled' }), true],
  [
    'takes a cancellation back',
    'update',
    appointment({ status: 'cancelled' }),
    appointment({ status: 'booked' }),
    false,
  ],
  [
    'moves one',
    'update',
    appointment({ status: 'booked' }),
    appointment({ status: 'cancelled', start: '2027-01-01T10:00:00Z' }),
    false,
  ],
  ['changes their telephone number', 'update', { ...patient() }, patient({ telecom: [{ value: '1' }] }), true],
  ['changes their name', 'update', patient(), patient({ name: [{ family: 'Other' }] }), false],
  ['is born another day', 'update', patient({ birthDate: '1980-01-01' }), patient({ birthDate: '1980-01-02' }), false],
  ['dies', 'update', patient(), patient({ deceasedBoolean: true }), false],
  ['says more of a primitive', 'update', patient(), patient({ _birthDate: { extension: [{ url: 'x' }] } }), false],
  ['answers a questionnaire', 'create', undefined, answers({ status: 'completed' }), true],
  ['answers for somebody else', 'create', undefined, answers({ author: { reference: 'Practitioner/d1' } }), false],
  ['goes on answering', 'update', answers({ status: 'in-progress' }), answers({ status: 'completed' }), true],
  ['answers again', 'update', answers({ status: 'completed' }), answers({ status: 'completed' }), false],
  [
    'proposes a consent',
    'create',
    undefined,
    { ...RESOURCES.Consent, resourceType: 'Consent', status: 'proposed' },
    true,
  ],
  [
    'makes a consent hold',
    'create',
    undefined,
    { ...RESOURCES.Consent, resourceType: 'Consent', status: 'active' },
    false,
  ],
])('a patient who %s (%s): %j to %j', (_, action, before, after, isAllowed) => {
  const access = accessOf(['patient'], { fhirUser: 'Patient/p1' });
  const permitted =
    access.permits(after, action as Action) && (before === undefined || access.permits(before, action as Action));
  expect(permitted && access.refusal(before, after) === undefined).toBe(isAllowed);
});

test('the audit trail is there whole for those who examine it', () => {
  expect(accessOf(['auditor']).allowed('AuditEvent', 'search')).toBe('all');
  const glass = { patient: 'p1', reason: 'x', until: NOW + 1 };
  expect(accessOf(['physician'], { breakGlass: glass }).allowed('AuditEvent', 'read')).toBe('none');
});

test('a receptionist sees who comes when, but not why', () => {
  const access = accessOf(['receptionist']);
  const encounter: JsonObject = {
    resourceType: 'Encounter',
    id: 'e',
    status: 'arrived',
    subject,
    reasonCode: [{ text: 'x' }],
  };
  expect(access.permits(encounter, 'read')).toBe(true);
  expect(access.hiddenIn(encounter)).toEqual([
    'Encounter.reasonCode',
    'Encounter.reasonReference',
    'Encounter.diagnosis',
  ]);
  // What one of the roles shows is shown.
  expect(accessOf(['receptionist', 'nurse']).hiddenIn(encounter)).toEqual([]);
  expect(accessOf(['receptionist', 'biller']).hidden('Encounter')).toEqual([]);
});

test('a biller acts for payment: for another purpose there is nothing', () => {
  const claim = RESOURCES.Claim ?? {};
  expect(accessOf(['biller']).permits(claim, 'read')).toBe(true);
  expect(accessOf(['biller'], { purposes: ['TREAT'] }).permits(claim, 'read')).toBe(false);
});

test.each<[string, string, boolean]>([
  ['physician', 'R', true],
  ['physician', 'HIV', true],
  ['physician', 'PSYTHPN', false],
  ['physician', 'V', false],
  ['nurse', 'HIV', true],
  ['nurse', 'PSY', false],
  ['nurse', 'SUD', false],
  ['receptionist', 'R', false],
  ['administrator', 'R', false],
  ['patient', 'PSY', true],
  ['patient', 'TBOO', false],
  ['proxy', 'SEX', false],
  ['system', 'V', true],
])('a %s and the label %s: %s', (role, code, sees) => {
  const system =
    code.length === 1
      ? 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'
      : 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
  const fhirUser = role === 'patient' ? 'Patient/p1' : role === 'proxy' ? 'RelatedPerson/r1' : 'Practitioner/d1';
  const labelled: JsonObject = { resourceType: 'Patient', id: 'p1', meta: { security: [{ system, code }] } };
  expect(accessOf([role], { fhirUser }).permits(labelled, 'read')).toBe(sees);
});

test.each<[string, string, readonly string[] | undefined, boolean]>([
  ['administrator', 'expunge', undefined, true],
  ['administrator', 'break-glass', undefined, false],
  ['administrator', 'expunge', ['user/*.cruds'], true],
  ['administrator', 'expunge', ['user/*.rs'], false],
  ['administrator', 'expunge', ['patient/*.cruds'], false],
  ['administrator', 'expunge', ['user/Patient.cruds'], false],
  ['physician', 'expunge', undefined, false],
  ['physician', 'break-glass', undefined, true],
  ['physician', 'everything', ['patient/*.rs'], true],
  ['physician', 'everything', ['openid', 'fhirUser'], false],
  ['physician', 'validate', [], false],
  ['physician', 'nothing', undefined, false],
])('a %s and $%s with the scopes %j: %s', (role, code, scopes, may) => {
  expect(accessOf([role], scopes === undefined ? {} : { scopes }).mayCall(code, undefined)).toBe(may);
});

test('nobody signed in with nothing may call anything', () => {
  expect(accessOf([]).mayCall('validate', undefined)).toBe(false);
});

test('a grant for a time holds for that time after the sign-in', () => {
  const role = {
    ...shippedRoles(context)[0],
    name: 'brief',
    grants: [{ types: ['Claim'], interactions: ['read' as const], hidden: [], readonly: [], ttl: 10 }],
  };
  const may = (signedIn: number | undefined): boolean =>
    accessOf(
      [{ title: '', purpose: 'TREAT', denies: [], clearance: [], operations: [], ...role }],
      signedIn === undefined ? {} : { signedIn },
    ).permits(RESOURCES.Claim ?? {}, 'read');
  expect([NOW - 599_999, NOW - 600_000, undefined].map(may)).toEqual([true, false, false]);
});

function appointment(more: object): JsonObject {
  return {
    resourceType: 'Appointment',
    id: 'a',
    start: '2026-12-01T10:00:00Z',
    participant: [{ actor: subject, status: 'accepted' }],
    ...more,
  };
}

function patient(more: object = {}): JsonObject {
  return { resourceType: 'Patient', id: 'p1', name: [{ family: 'One' }], ...more };
}

function answers(more: object): JsonObject {
  return { resourceType: 'QuestionnaireResponse', id: 'q', status: 'completed', subject, author: subject, ...more };
}
