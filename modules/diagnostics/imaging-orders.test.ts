import { testClinic, type TestAnswer } from '#sdk/testing';

const clinic = testClinic(import.meta.dirname);
const physician = clinic.as({ roles: ['physician'], fhirUser: 'Practitioner/physician' });
const gateway = clinic.as({ roles: ['gateway'] });

const UID = 'urn:dicom:uid';
const ACCESSION = 'https://athanor.health/fhir/identifier/accession';
const RIS = 'https://ris.example/accession';
const TYPE = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' }] };

beforeAll(async () => {
  await clinic.store({ resourceType: 'Practitioner', id: 'physician' });
  for (const id of ['anna', 'ben']) await clinic.store({ resourceType: 'Patient', id, name: [{ family: id }] });
});

const order = (change: object = {}) => ({
  resourceType: 'ServiceRequest' as const,
  status: 'active',
  intent: 'order',
  subject: { reference: 'Patient/anna' },
  category: [{ coding: [{ system: 'http://snomed.info/sct', code: '363679005', display: 'Imaging' }] }],
  code: { text: 'Chest' },
  ...change,
});

interface Numbered {
  readonly identifier?: readonly { readonly system?: string; readonly value?: string }[];
}
const valuesOf = ({ identifier = [] }: Numbered, system: string): readonly (string | undefined)[] =>
  identifier.filter((each) => each.system === system).map(({ value }) => value);
const numbersOf = (stored: Numbered): unknown => [valuesOf(stored, ACCESSION), valuesOf(stored, UID)];
const faultOf = ({ status, body }: TestAnswer): unknown => [status, JSON.stringify(body.issue)];

const GIVEN = [[expect.stringMatching(/^A[0-9A-Z]{14}$/)], [expect.stringMatching(/^urn:oid:2\.25\.\d+$/)]];
const NONE = [[], []];

const modality = { coding: [{ system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'CT' }] };
const section = (code: string): object => ({
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code }],
});

test.each([
  ['by its category', {}, GIVEN],
  ['by its section', { category: [section('RAD')] }, GIVEN],
  ['by its modality', { category: [], orderDetail: [modality] }, GIVEN],
  ['a draft', { status: 'draft' }, GIVEN],
  ['of a laboratory', { category: [section('LAB')] }, NONE],
  ['a proposal', { intent: 'proposal' }, NONE],
  ['done already', { status: 'completed' }, NONE],
])('numbers of an order: %s', async (_name, change, expected) => {
  const { category, ...rest } = order(change);
  expect(numbersOf(await clinic.store(category.length === 0 ? rest : { ...rest, category }))).toEqual(expected);
});

test('by every way that writes', async () => {
  const post = (type: string, request: object = { method: 'POST', url: 'ServiceRequest' }): object => ({
    resourceType: 'Bundle',
    type,
    entry: [{ resource: order(), request }],
  });
  const put = await clinic.send('PUT', 'ServiceRequest/given', { ...order(), id: 'given' });
  const lab = await clinic.store(order({ category: [section('LAB')] }));
  const patched = await clinic.send('PATCH', `ServiceRequest/${lab.id}`, {
    resourceType: 'Parameters',
    parameter: [
      {
        name: 'operation',
        part: [
          { name: 'type', valueCode: 'replace' },
          { name: 'path', valueString: 'ServiceRequest.category' },
          { name: 'value', valueCodeableConcept: section('RAD') },
        ],
      },
    ],
  });
  expect([put.status, patched.status]).toEqual([201, 200]);
  for (const { body } of [put, patched]) expect(numbersOf(body as Numbered)).toEqual(GIVEN);
  for (const type of ['transaction', 'batch']) expect((await clinic.send('POST', '', post(type))).status).toBe(200);
  const once = { method: 'POST', url: 'ServiceRequest', ifNoneExist: 'identifier=nobody|1' };
  expect((await clinic.send('POST', '', post('transaction', once))).status).toBe(200);
  const all = await clinic.get('ServiceRequest?category=363679005&intent=order&status=active&_count=100');
  const orders = (all.body as unknown as { readonly entry: readonly { readonly resource: Numbered }[] }).entry;
  expect(orders.length).toBeGreaterThanOrEqual(4);
  for (const { resource } of orders) expect(numbersOf(resource)).toEqual(GIVEN);
});

test('what the sender gave stays', async () => {
  const identifier = [
    { type: TYPE, system: RIS, value: '4711' },
    { system: UID, value: 'urn:oid:1.2.3' },
  ];
  const stored = await clinic.store(order({ identifier }));
  expect((stored as Numbered).identifier).toEqual(identifier);
});

test('numbers stay: left out they are kept, others are refused', async () => {
  const stored = (await physician.store(order({ requester: { reference: 'Practitioner/physician' } }))) as Numbered & {
    readonly id: string;
  };
  const path = `ServiceRequest/${stored.id}`;
  const { identifier: _given, ...without } = stored;
  const again = await physician.send('PUT', path, { ...without, code: { text: 'Chest, two views' } });
  expect(numbersOf(again.body as Numbered)).toEqual(numbersOf(stored));
  for (const other of [
    { system: UID, value: 'urn:oid:1.2.4' },
    { type: TYPE, system: RIS, value: '1' },
  ]) {
    const answer = await physician.send('PUT', path, { ...stored, identifier: [other] });
    expect(faultOf(answer)).toEqual([422, expect.stringContaining('diagnostics.numberKept')]);
  }
  const ours = { ...stored, identifier: [{ type: TYPE, system: ACCESSION, value: 'A1' }] };
  expect(faultOf(await gateway.send('PUT', path, ours))).toEqual([
    422,
    expect.stringContaining('diagnostics.numberKept'),
  ]);
});

test('a sender changes its own numbers; those of the clinic stay', async () => {
  const stored = (await clinic.store(
    order({
      identifier: [
        { type: TYPE, system: RIS, value: '10' },
        { system: UID, value: 'urn:oid:1.2.10' },
      ],
    }),
  )) as { readonly id: string };
  const identifier = [
    { type: TYPE, system: RIS, value: '11' },
    { system: UID, value: 'urn:oid:1.2.11' },
  ];
  const { status, body } = await gateway.send('PUT', `ServiceRequest/${stored.id}`, { ...stored, identifier });
  expect([status, body.identifier]).toEqual([200, identifier]);
});

test('no two orders have a number of the clinic, and no two patients a number of anybody', async () => {
  const stored = (await clinic.store(order())) as Numbered;
  expect(faultOf(await clinic.send('POST', 'ServiceRequest', order({ identifier: stored.identifier })))).toEqual([
    409,
    expect.stringContaining('diagnostics.numberTaken'),
  ]);
  const identifier = [
    { type: TYPE, system: RIS, value: '20' },
    { system: UID, value: 'urn:oid:1.2.20' },
  ];
  await clinic.store(order({ identifier }));
  await clinic.store(order({ identifier, code: { text: 'Abdomen' } }));
  const ben = order({ identifier, subject: { reference: 'Patient/ben' } });
  expect(faultOf(await clinic.send('POST', 'ServiceRequest', ben))).toEqual([
    409,
    expect.stringContaining('diagnostics.numberTaken'),
  ]);
});

test('at once too: one of many gets the number', async () => {
  const identifier = [{ system: UID, value: 'urn:oid:1.2.30' }];
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_each, index) => {
      const subject = { reference: index % 2 === 0 ? 'Patient/anna' : 'Patient/ben' };
      return clinic.send('POST', 'ServiceRequest', order({ identifier, subject }));
    }),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 409, 409, 409]);
});
