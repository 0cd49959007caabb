import type { MappedEntry, MappedMessage } from '../../../hl7-gateway/map/mapped-message.ts';
import { mapMessage, messageOf } from '../map-admin/samples.ts';

const HEAD = 'MSH|^~\\&|LIS|LAB|EHR|CLINIC|20261101090000||ORU^R01^ORU_R01|1|P|2.5.1';
const PERSON = 'PID|1||4711^^^MRN||Doe^Ann';

function mapped(...segments: readonly string[]): MappedMessage {
  return mapMessage(messageOf(HEAD, PERSON, ...segments));
}

function all({ entries }: MappedMessage, type: string): readonly MappedEntry[] {
  return entries.filter(({ resource }) => resource.resourceType === type);
}

function only(message: MappedMessage, type: string): MappedEntry {
  const [entry, ...others] = all(message, type);
  if (entry === undefined || others.length > 0) throw new Error(`${others.length + 1} of ${type}`);
  return entry;
}

const OBR = 'OBR|1|P1^EHR|F1^LIS|2345-7^Glucose^LN|||20261101080000|||||||||||||||20261101085500|||F';

test('a PDF is the form of its report, one that is taken back leaves it', () => {
  const pdf = 'OBX|1|ED|11502-2^Report^LN||^AP^PDF^Base64^JVBERi0=||||||F|||20261101';
  const made = mapped(OBR, pdf);
  expect(only(made, 'DiagnosticReport').resource).toMatchObject({
    presentedForm: [{ contentType: 'application/pdf', data: 'JVBERi0=', title: 'Report', creation: '2026-11-01' }],
  });
  expect(all(made, 'Observation')).toEqual([]);
  const taken = only(mapped(OBR, pdf.replace('|F|||2026', '|W|||2026')), 'DiagnosticReport');
  expect(taken).toMatchObject({ clears: ['presentedForm'] });
  expect(taken.resource).not.toHaveProperty('presentedForm');
});

test('a text that no string holds is a document', () => {
  const made = mapped(OBR, `OBX|1|TX|X^Report^L||${'x'.repeat(600_000)}||||||F`);
  expect(all(made, 'Observation')).toEqual([]);
  const { presentedForm } = only(made, 'DiagnosticReport').resource as { presentedForm?: { data: string }[] };
  expect(Buffer.from(presentedForm?.[0]?.data ?? '', 'base64')).toHaveLength(600_000);
});

test('lines of a report are one text, and its impression is the conclusion', () => {
  const made = mapped(
    OBR,
    'OBX|1|TX|24627-2&GDT^CT chest^LN||FINDINGS||||||F',
    'OBX|2|TX|24627-2&GDT^CT chest^LN||A nodule of 4 mm.||||||F',
    'OBX|3|TX|24627-2&IMP^CT chest^LN||Benign.||||||F',
    'NTE|1||Read twice',
    'NTE|2||by two',
  );
  const [findings, impression, ...others] = all(made, 'Observation').map(({ resource }) => resource);
  expect(others).toEqual([]);
  expect(findings).toMatchObject({
    valueString: 'FINDINGS\nA nodule of 4 mm.',
    code: { coding: [{ code: '24627-2' }] },
  });
  expect(impression).toMatchObject({ valueString: 'Benign.', note: [{ text: 'Read twice\nby two' }] });
  expect(only(made, 'DiagnosticReport').resource).toMatchObject({ conclusion: 'Benign.' });
});

test('a report names its study, which is only stored where nobody knows it', () => {
  const made = mapped(OBR, 'OBX|1|ST|113014^DICOM Study^DCM||1.2.840.1||||||F', 'ZDS|1.2.840.1^X^Application^DICOM');
  const study = only(made, 'ImagingStudy');
  expect(study).toMatchObject({
    mode: 'create',
    match: ['identifier=urn%3Adicom%3Auid|urn%3Aoid%3A1.2.840.1'],
    resource: { status: 'unknown' },
  });
  expect(only(made, 'DiagnosticReport').resource).toMatchObject({ imagingStudy: [{ reference: study.fullUrl }] });
});

test('what is reported twice under one name is told apart by its place, the same in every message', () => {
  const twice = [OBR, 'OBX|1|NM|X^Test^L||1||||||F', 'OBX|2|NM|X^Test^L||2||||||F'];
  const keys = (message: MappedMessage): readonly string[] =>
    all(message, 'Observation').map(({ match }) => match.join());
  const first = keys(mapped(...twice));
  expect(new Set(first).size).toBe(2);
  expect(keys(mapped(...twice, 'NTE|1||another message'))).toEqual(first);
});

test('without any number of the order its results are new with each message', () => {
  const made = mapped('OBR|1|||X^Test^L|||20261101', 'OBX|1|NM|X^Test^L||1||||||F');
  expect(only(made, 'Observation').match).toEqual([]);
  expect(only(made, 'DiagnosticReport').match).toEqual([]);
  expect(all(made, 'ServiceRequest')).toEqual([]);
});

test('an order that only its filler has a number of is the filler’s', () => {
  const made = mapped('OBR|1||F1^LIS|X^Test^L|||20261101|||||||||||||||20261101|||F', 'OBX|1|NM|X^Test^L||1||||||F');
  expect(only(made, 'ServiceRequest')).toMatchObject({
    mode: 'create',
    adds: ['identifier'],
    resource: { intent: 'filler-order', status: 'completed' },
  });
});

test('results go by status and by when they were reported', () => {
  const made = mapped(OBR, 'OBX|1|NM|X^Test^L||1||||||F|||20261101080000');
  expect(only(made, 'Observation')).toMatchObject({ order: 'result', eventTime: '2026-11-01T07:55:00.000Z' });
  expect(only(made, 'DiagnosticReport')).toMatchObject({ order: 'result', eventTime: '2026-11-01T07:55:00.000Z' });
});

test('a value that is taken back is cleared, an empty one is left alone', () => {
  const cleared = only(mapped(OBR, 'OBX|1|NM|X^Test^L||""||||||C'), 'Observation');
  expect(cleared.clears).toEqual(expect.arrayContaining(['valueQuantity', 'valueString']));
  const verified = only(mapped(OBR, 'OBX|1|NM|X^Test^L||||||||U'), 'Observation');
  expect(verified.clears).toBeUndefined();
  expect(verified.resource).toMatchObject({ status: 'final' });
});

test('what is impossible, and what was not asked, says so', () => {
  const [impossible, notAsked] = all(
    mapped(OBR, 'OBX|1|NM|X^Test^L||||||||X', 'OBX|2|NM|Y^Other^L||||||||N'),
    'Observation',
  ).map(({ resource }) => resource);
  expect(impossible).toMatchObject({
    status: 'cancelled',
    _status: { extension: [{ valueCodeableConcept: { coding: [{ code: 'X' }] } }] },
  });
  expect(notAsked).toMatchObject({ dataAbsentReason: { coding: [{ code: 'not-asked' }] } });
});

test('OUL: a specimen around its orders is the specimen of their results', () => {
  const made = mapMessage(
    messageOf(
      HEAD.replace('ORU^R01^ORU_R01', 'OUL^R22^OUL_R22'),
      PERSON,
      'SPM|1|S1&EHR^S2&LIS||BLD^Blood^HL70487|||||||||||||20261101080000',
      'OBR|1|P1^EHR|F1^LIS|X^Test^L|||20261101|||||||||||||||20261101|||F',
      'ORC|RE|P1^EHR|F1^LIS||CM',
      'OBX|1|NM|X^Test^L||1||||||F',
      'OBR|2|P2^EHR|F2^LIS|Y^Test^L|||20261101|||||||||||||||20261101|||F',
      'OBX|1|NM|Y^Test^L||2||||||F',
    ),
  );
  const specimen = only(made, 'Specimen');
  expect(specimen.resource).toMatchObject({ collection: { collectedDateTime: '2026-11-01T08:00:00+01:00' } });
  for (const { resource } of all(made, 'Observation'))
    expect(resource).toMatchObject({ specimen: { reference: specimen.fullUrl } });
  expect(all(made, 'DiagnosticReport')).toHaveLength(2);
});

test('a mixed soup of segments is read or told as unread, whatever their order', () => {
  const made = mapped(
    'OBX|1|ST|A^B^L||lost?||||||F',
    'SPM|1',
    'NTE|1||x',
    'OBX|2|ST|C^D^L||y||||||F',
    'ZZZ|kept',
    'ORC|RE',
    'TQ1|1',
  );
  expect(made.unread).toEqual(expect.arrayContaining(['ZZZ[1]']));
  expect(all(made, 'Observation').map(({ resource }) => resource.valueString)).toEqual(['lost?', 'y']);
});
