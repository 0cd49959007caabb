import type { JsonObject } from '../../../../server/kernel/json.ts';
import { ownerOf, type OwnerFacts } from './study-owner.ts';
import type { DicomPatientNumber } from './patient-number.ts';

const MRN = 'urn:oid:1.2.3';

function patient(id: string, value: string, family: string, birthDate: string, system = MRN): JsonObject {
  return {
    resourceType: 'Patient',
    id,
    identifier: [{ system, value, assigner: { display: 'City' } }],
    name: [{ family, given: ['Anna'] }],
    birthDate,
  };
}

const ANNA = patient('anna', 'P-1', 'Müller', '1980-02-03');
const BERT = patient('bert', 'P-2', 'Other', '1955-05-05');
/** The same number of another assigner. */
const CARL = patient('carl', 'P-1', 'Third', '1970-07-07', 'urn:oid:9.9');
const PEOPLE = new Map([ANNA, BERT, CARL].map((each) => [`Patient/${String(each.id)}`, each]));

function order(id: string, subject: string, uid?: string): JsonObject {
  return {
    resourceType: 'ServiceRequest',
    id,
    subject: { reference: `Patient/${subject}` },
    identifier: [
      ...(uid === undefined ? [] : [{ system: 'urn:dicom:uid', value: `urn:oid:${uid}` }]),
      { type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' }] }, value: 'A1' },
    ],
  };
}

interface Said {
  readonly id?: string;
  readonly issuer?: string;
  readonly system?: string;
  readonly family?: string;
  readonly birthDate?: string;
  readonly others?: readonly DicomPatientNumber[];
}

function facts({ id = 'P-1', issuer = '1.2.3', ...said }: Said, more: Partial<OwnerFacts> = {}): OwnerFacts {
  const { family = 'Müller', birthDate = '1980-02-03', others = [], system } = said;
  const number = { id, issuer, system };
  return {
    uid: '1.2',
    accession: 'A1',
    person: {
      number,
      numbers: [number, ...others],
      said: { resourceType: 'Patient', name: [{ family, given: ['Anna'] }], birthDate },
      identity: 'x',
    },
    orders: [],
    numbered: [...PEOPLE.values()].filter(({ identifier }) => (identifier as JsonObject[])[0]?.value === id),
    assigners: new Map([['CENTRAL', MRN]]),
    find: (reference) => PEOPLE.get(reference),
    before: undefined,
    decided: undefined,
    ...more,
  };
}

const anna = { subject: 'Patient/anna' };
const exact = order('o1', 'anna', '1.2');

test.each<readonly [string, OwnerFacts, object]>([
  ['the number and its issuer', facts({}), anna],
  ['an issuer by the name of the assigner', facts({ issuer: 'City', birthDate: '' }), { problem: 'several-patients' }],
  ['an issuer by a partner’s name for it', facts({ issuer: 'CENTRAL' }), anna],
  ['an issuer by its universal id', facts({ issuer: 'whatever', system: MRN }), anna],
  ['an issuer that nobody knows', facts({ issuer: 'ELSEWHERE' }), { problem: 'patient-unknown' }],
  ['a number without issuer, with name and birth date', facts({ issuer: '' }), anna],
  [
    'a number without issuer, with the name alone',
    facts({ issuer: '', birthDate: '' }),
    { problem: 'patient-not-certain' },
  ],
  ['a number that nobody has', facts({ id: 'P-9' }), { problem: 'patient-unknown' }],
  ['no number', facts({ id: '' }), { problem: 'patient-unknown' }],
  [
    'a number of another name and birth date',
    facts({ family: 'Other', birthDate: '1955-05-05' }),
    { problem: 'patient-not-certain' },
  ],
  ['an order with the Study UID', facts({}, { orders: [exact] }), { ...anna, orders: [exact] }],
  [
    'an order of somebody else',
    facts({}, { orders: [order('o2', 'bert', '1.2')] }),
    { problem: 'not-the-ordered-patient' },
  ],
  [
    'an order whose patient has another name and birth date',
    facts({ family: 'Other', birthDate: '1955-05-05' }, { orders: [exact] }),
    { problem: 'not-the-ordered-patient' },
  ],
  [
    'an accession number of two assigners, one of them the patient’s',
    facts({}, { orders: [order('o1', 'anna'), order('o2', 'bert')] }),
    { ...anna, orders: [{ id: 'o1' }] },
  ],
  [
    'an order with the Study UID before one with the accession number',
    facts({}, { orders: [order('o2', 'bert'), exact] }),
    { ...anna, orders: [{ id: 'o1' }] },
  ],
  [
    'an order, and a number that another assigner gave',
    facts({ issuer: '9.9' }, { orders: [exact] }),
    { problem: 'not-the-ordered-patient' },
  ],
  ['an order, and no number, but name and birth date', facts({ id: '' }, { orders: [exact] }), anna],
  [
    'an order, and no number and no birth date',
    facts({ id: '', birthDate: '' }, { orders: [exact] }),
    { problem: 'patient-not-certain' },
  ],
  [
    'an order whose patient is gone',
    facts({}, { orders: [order('o3', 'nobody', '1.2')] }),
    { problem: 'patient-unknown' },
  ],
  ['series of two patients', facts({ others: [{ id: 'P-2', issuer: '1.2.3' }] }), { problem: 'several-patients' }],
  ['a record of another patient before', facts({}, { before: 'Patient/bert' }), { problem: 'another-patient-before' }],
  ['the same record as before', facts({}, { before: 'Patient/anna' }), anna],
  [
    'a person’s word against all of it',
    facts({ id: 'P-9' }, { decided: 'Patient/bert', before: 'Patient/anna', orders: [exact, order('o2', 'bert')] }),
    { subject: 'Patient/bert', orders: [{ id: 'o2' }] },
  ],
  ['a person’s word for nobody who is here', facts({}, { decided: 'Patient/nobody' }), { problem: 'patient-unknown' }],
])('%s', (_, said, expected) => {
  expect(ownerOf(said)).toMatchObject(expected);
});
