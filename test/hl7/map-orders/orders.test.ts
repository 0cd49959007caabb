import { MapFailure, type MappedEntry, type MappedMessage } from '../../../hl7-gateway/map/mapped-message.ts';
import { mapMessage, messageOf } from '../map-admin/samples.ts';

const PERSON = 'PID|1||4711^^^MRN||Doe^Ann|||||||||||||ACC1^^^BILL';

function mapped(event: string, ...segments: readonly string[]): MappedMessage {
  return mapMessage(messageOf(`MSH|^~\\&|EHR|CLINIC|LIS|LAB|20261101090000||${event}|1|P|2.5.1`, PERSON, ...segments));
}

function all({ entries }: MappedMessage, type: string): readonly MappedEntry[] {
  return entries.filter(({ resource }) => resource.resourceType === type);
}

function only(message: MappedMessage, type: string): MappedEntry {
  const [entry, ...others] = all(message, type);
  if (entry === undefined || others.length > 0) throw new Error(`${others.length + 1} of ${type}`);
  return entry;
}

test('an imaging order with IPC: accession, study, modality', () => {
  const made = mapped(
    'OMI^O23^OMI_O23',
    'ORC|NW|P1^EHR|F1^RIS||SC||||20261101085900',
    'TQ1|1||||||20261102103000||S',
    'OBR|1|P1^EHR|F1^RIS|24725-4^CT Head^LN',
    'IPC|ACC77^RIS|RP1^RIS|1.2.840.77^RIS|SPS1^RIS|CT|PROT^Head^L',
  );
  const order = only(made, 'ServiceRequest');
  expect(order).toMatchObject({
    mode: 'upsert',
    defaults: { status: 'active' },
    eventTime: '2026-11-01T07:59:00.000Z',
    resource: {
      identifier: [
        { value: 'P1' },
        { value: 'F1' },
        { value: 'ACC77', type: { coding: [{ code: 'ACSN' }] } },
        { value: 'RP1' },
        { value: 'SPS1' },
        { system: 'urn:dicom:uid', value: 'urn:oid:1.2.840.77' },
      ],
      category: [{ coding: [{ code: '363679005' }] }],
      priority: 'stat',
      occurrenceDateTime: '2026-11-02T10:30:00+01:00',
      orderDetail: [{ coding: [{ code: 'PROT' }] }],
    },
  });
  expect(order.resource).not.toHaveProperty('status');
  expect(only(made, 'ImagingStudy').resource).toMatchObject({
    status: 'registered',
    basedOn: [{ reference: order.fullUrl }],
    modality: [{ code: 'CT' }],
    identifier: [{ value: 'urn:oid:1.2.840.77' }, { value: 'ACC77' }],
  });
});

test.each([
  ['CA', '', 'revoked'],
  ['HD', '', 'on-hold'],
  ['RL', '', 'active'],
  ['XO', '', 'active'],
  ['SC', 'CM', 'completed'],
])('ORC-1 %s with ORC-5 %p changes an order to %s', (control, status, expected) => {
  const made = only(mapped('ORM^O01', `ORC|${control}|P1^EHR|||${status}`, 'OBR|1|P1^EHR||X^Test^L'), 'ServiceRequest');
  expect(made).toMatchObject({ mode: 'upsert', resource: { status: expected } });
});

test('what says only that something became of an order is of one that is known', () => {
  const made = only(mapped('ORM^O01', 'ORC|SC|P1^EHR|F1^LIS||IP'), 'ServiceRequest');
  expect(made).toMatchObject({
    mode: 'update',
    resource: { status: 'active' },
    match: [expect.stringMatching(/\|P1$/), expect.stringMatching(/\|F1$/)],
  });
});

test('a replacement replaces what was replaced', () => {
  const made = mapped('ORM^O01', 'ORC|RP|P1^EHR', 'OBR|1|P1^EHR||X^Test^L', 'ORC|RO|P2^EHR', 'OBR|1|P2^EHR||Y^Test^L');
  const [before, after] = all(made, 'ServiceRequest');
  expect(before?.resource).toMatchObject({ status: 'revoked' });
  expect(after?.resource).toMatchObject({ replaces: [{ reference: before?.fullUrl }] });
});

test('orders that share a number are told apart by what is ordered', () => {
  const made = mapped('ORM^O01', 'ORC|NW|P1^EHR', 'OBR|1|P1^EHR||X^Test^L', 'OBR|2|P1^EHR||Y^Test^L');
  expect(all(made, 'ServiceRequest').map(({ match }) => match)).toEqual([
    [expect.stringMatching(/\|P1&code=.+\|X$/)],
    [expect.stringMatching(/\|P1&code=.+\|Y$/)],
  ]);
});

test('earlier results that are sent along are results, not orders', () => {
  const made = mapped(
    'OML^O21^OML_O21',
    'ORC|NW|P1^EHR',
    'OBR|1|P1^EHR||X^Test^L',
    'OBX|1|ST|Q^Fasting?^L||yes||||||O',
    PERSON,
    'ORC|PR|P0^EHR|F0^LIS',
    'OBR|1|P0^EHR|F0^LIS|X^Test^L|||20261001|||||||||||||||20261001|||F',
    'OBX|1|NM|X^Test^L||5|mmol/L|||||F',
  );
  expect(
    all(made, 'ServiceRequest')
      .map(({ mode }) => mode)
      .sort(),
  ).toEqual(['create', 'upsert']);
  expect(only(made, 'DiagnosticReport').resource).toMatchObject({ status: 'final' });
  const [asked] = all(made, 'Observation');
  const placed = all(made, 'ServiceRequest').find(({ mode }) => mode === 'upsert');
  expect(placed?.resource).toMatchObject({ supportingInfo: [{ reference: asked?.fullUrl }] });
});

test('a drug in an ORM is a prescription; cancelled is what was never taken, stopped what was', () => {
  const drug = (control: string): MappedEntry =>
    only(
      mapped('ORM^O01', `ORC|${control}|P1^EHR`, 'RXO|D1^Aspirin^L|100||mg', 'RXR|PO^Oral^HL70162', 'TQ1|1||BID'),
      'MedicationRequest',
    );
  expect(drug('NW')).toMatchObject({
    defaults: { status: 'active' },
    resource: {
      intent: 'order',
      medicationCodeableConcept: { text: 'Aspirin' },
      dosageInstruction: [
        {
          timing: { code: { coding: [{ code: 'BID' }] } },
          doseAndRate: [{ doseQuantity: { value: 100, code: 'mg' } }],
        },
      ],
    },
  });
  expect(drug('CA').resource).toMatchObject({ status: 'cancelled' });
  expect(drug('DC').resource).toMatchObject({ status: 'stopped' });
  expect(drug('HD').resource).toMatchObject({ status: 'on-hold' });
});

test('a dispense names its order, and the order is stored as unknown where nobody has told of it', () => {
  const made = mapped(
    'RDS^O13^RDS_O13',
    'ORC|RE|P1^EHR|F1^PHARM',
    'RXD|1|D1^Aspirin^L|20261101|20|{tablet}||RX9|||77^Lee^Ann',
  );
  const order = only(made, 'MedicationRequest');
  expect(order).toMatchObject({
    mode: 'create',
    resource: { status: 'unknown', medicationCodeableConcept: { text: 'Aspirin' } },
  });
  expect(only(made, 'MedicationDispense').resource).toMatchObject({
    status: 'completed',
    authorizingPrescription: [{ reference: order.fullUrl }],
    quantity: { value: 20 },
    whenHandedOver: '2026-11-01',
  });
});

test.each([
  ['CP', 'A', 'completed'],
  ['RE', 'A', 'not-done'],
  ['NA', 'A', 'not-done'],
  ['CP', 'D', 'entered-in-error'],
  ['', '', 'completed'],
])('RXA-20 %p and RXA-21 %p: a dose is %s', (completion, action, status) => {
  const made = mapped(
    'VXU^V04^VXU_V04',
    'ORC|RE||9999^IIS',
    `RXA|0|1|20261101||08^HepB^CVX|999||||||||||||||${completion}|${action}`,
  );
  const dose = only(made, 'Immunization');
  expect(dose.resource).toMatchObject({ status });
  expect(dose.resource).not.toHaveProperty('doseQuantity');
  // 9999 numbers nothing: the dose is known by patient, vaccine and time.
  expect(dose.match).toEqual([expect.stringContaining('hl7%2Fimmunization')]);
});

test('a charge has its account; a credit is booked by a person', () => {
  const charge = (kind: string): MappedMessage =>
    mapped('DFT^P03^DFT_P03', `FT1|1|T1||20261101|20261101|${kind}|99213^Visit^C4|||2|100.00&USD|50.00&USD`);
  const made = charge('CG');
  expect(only(made, 'ChargeItem')).toMatchObject({
    defaults: { status: 'billable' },
    resource: {
      quantity: { value: 2 },
      priceOverride: { value: 100, currency: 'USD' },
      account: [{ reference: only(made, 'Account').fullUrl }],
    },
  });
  expect(() => charge('CD')).toThrow(MapFailure);
  expect(() => charge('PY')).toThrow(expect.objectContaining({ code: '103', location: 'FT1^1^6' }));
});

test('accounts: what ends them, and several visits of one patient', () => {
  expect(only(mapped('BAR^P06^BAR_P06', 'PV1|1|I'), 'Account').resource).toMatchObject({ status: 'inactive' });
  const made = mapped(
    'BAR^P01^BAR_P01',
    'PV1|1|I|||||||||||||||||V1',
    'DG1|1||J45^Asthma^I10C',
    'PV1|2|O|||||||||||||||||V2',
    'DG1|1||E11^Diabetes^I10C',
  );
  expect(all(made, 'Encounter').map(({ match }) => match[0])).toEqual([
    expect.stringMatching(/V1$/),
    expect.stringMatching(/V2$/),
  ]);
  expect(all(made, 'Condition')).toHaveLength(2);
});
