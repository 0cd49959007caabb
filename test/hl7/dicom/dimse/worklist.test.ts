import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describeWith } from '../../../harness/describe-with.ts';
import { echoscu, findWorklist, valueAt } from '../harness/dcmtk.ts';
import { openDimseClinic, type DimseClinic } from './dimse-clinic.ts';
import { imagingOrder, modality, numbersOf, patient } from './imaging-order.ts';

const program = promisify(execFile);

let clinic: DimseClinic;
beforeAll(async () => {
  clinic = await openDimseClinic();
  await clinic.store({ resourceType: 'Device', id: 'ct-1' });
  await clinic.addModality('CT1', { modalities: ['CT'], stations: ['Device/ct-1'], addresses: ['127.0.0.0/8'] });
  await clinic.addModality('ANY');
  await clinic.addModality('FAR', { addresses: ['10.1.2.3'] });
  await clinic.addModality('OLD', { status: 'off' });
  await clinic.store(patient('anna', { family: 'Müller', given: ['Anna', 'Maria'], prefix: ['Dr'] }, 'MR1'));
  await clinic.store(patient('kenji', { family: 'Byrne', given: ['Oona'] }, 'MR2'));
  await clinic.store({ resourceType: 'Practitioner', id: 'doc', name: [{ family: 'Okafor', given: ['Ngozi'] }] });
});
afterAll(() => clinic.close());

const STEP = '0040,0100[0]';
const KEYS = [
  '0010,0010',
  '0010,0020',
  '0010,0021',
  '0008,0050',
  '0020,000d',
  '0040,1001',
  `${STEP}.0040,0002`,
  `${STEP}.0040,0003`,
  `${STEP}.0008,0060`,
  `${STEP}.0040,0001`,
  `${STEP}.0040,0009`,
  '0032,1060',
  '0032,1032',
];

/** Study UIDs that a query finds, with all usual keys beside those that are given. */
async function found(keys: readonly string[], calling = 'ANY'): Promise<readonly unknown[]> {
  const names = keys.map((key) => key.split('=')[0]);
  const others = KEYS.filter((key) => !names.includes(key));
  const answer = await findWorklist(clinic.caller(calling), [...others, ...keys]);
  if (answer.code !== 0) throw new Error(answer.output);
  return answer.found.map((entry) => valueAt(entry, '0020000D'));
}

describeWith('findscu', 'dcmtk')('modality worklist, asked by dcmtk', () => {
  test('an order is on it, with its numbers, its patient and its time', async () => {
    const order = await clinic.store(
      imagingOrder('anna', { requester: { reference: 'Practitioner/doc' }, priority: 'stat' }),
    );
    await clinic.store({
      resourceType: 'Appointment',
      status: 'booked',
      start: '2026-11-30T09:15:00Z',
      end: '2026-11-30T09:45:00Z',
      basedOn: [{ reference: `ServiceRequest/${order.id ?? ''}` }],
      participant: [
        { actor: { reference: 'Patient/anna' }, status: 'accepted' },
        { actor: { reference: 'Device/ct-1' }, status: 'accepted' },
      ],
    });
    const { accession, studyUid } = numbersOf(order);
    const answer = await findWorklist(clinic.caller('CT1'), [
      ...KEYS,
      '0040,1003',
      '0010,0030',
      '0010,0040',
      '0010,1002',
      '0010,2110',
      '0008,0050=' + accession,
    ]);
    expect([answer.code, answer.found.length]).toEqual([0, 1]);
    const [entry] = answer.found;
    const values = Object.fromEntries(
      [
        '00100010',
        '00100020',
        '00100021',
        '00100030',
        '00100040',
        '00080050',
        '0020000D',
        '00401001',
        '00401003',
        '00321060',
        '00321032',
        '00401003',
        '00400100.00400001',
        '00400100.00400002',
        '00400100.00400003',
        '00400100.00080060',
        '00400100.00400009',
        '00101002.00100020',
      ].map((path) => [path, valueAt(entry, path)]),
    );
    expect(values).toEqual({
      '00100010': { Alphabetic: 'Müller^Anna^Maria^Dr' },
      '00100020': 'MR1',
      '00100021': 'CLINIC',
      '00100030': '19740506',
      '00100040': 'F',
      '00080050': accession,
      '0020000D': studyUid,
      '00401001': accession,
      '00401003': 'STAT',
      '00321060': 'CT of the chest',
      '00321032': { Alphabetic: 'Okafor^Ngozi' },
      '00400100.00400001': 'CT1',
      '00400100.00400002': '20261130',
      '00400100.00400003': '101500',
      '00400100.00080060': 'CT',
      '00400100.00400009': accession,
      '00101002.00100020': 'NMR1',
    });
    // Asked for, and nothing is known; not asked for.
    expect([entry?.['00102110'], entry?.['00400006']]).toEqual([{ vr: 'LO' }, undefined]);
    expect(await found([`${STEP}.0040,0001=MR9`, `0020,000d=${studyUid}`])).toEqual([]);
  });

  test('keys', async () => {
    const mr = numbersOf(
      await clinic.store(
        imagingOrder('kenji', { orderDetail: [modality('MR')], occurrenceDateTime: '2026-12-24T10:00:00Z' }),
      ),
    );
    const any = numbersOf(
      await clinic.store(imagingOrder('kenji', { orderDetail: undefined, occurrenceDateTime: '2026-12-25' })),
    );
    const both = [mr.studyUid, any.studyUid];
    const cases: readonly (readonly [keys: readonly string[], expected: readonly string[], calling?: string])[] = [
      [['0010,0010=BYRNE*'], both],
      [['0010,0010=b?rne^o*'], both],
      [['0010,0010=Byrne^Oona'], both],
      [['0010,0010=Byrne'], []],
      [['0010,0020=MR2'], both],
      [['0010,0020=MR2', '0010,0021=CLINIC'], both],
      [['0010,0020=MR2', '0010,0021=OTHER'], []],
      [[`0008,0050=${mr.accession}`], [mr.studyUid]],
      [[`0040,1001=${mr.accession}`], [mr.studyUid]],
      [[`0020,000d=${mr.studyUid}`], [mr.studyUid]],
      [['0010,0020=MR2', `${STEP}.0008,0060=MR`], both],
      [['0010,0020=MR2', `${STEP}.0008,0060=US`], [any.studyUid]],
      [['0010,0020=MR2', `${STEP}.0040,0002=20261224`], [mr.studyUid]],
      [['0010,0020=MR2', `${STEP}.0040,0002=20261224-20261225`], both],
      [['0010,0020=MR2', `${STEP}.0040,0002=-20261224`], [mr.studyUid]],
      [['0010,0020=MR2', `${STEP}.0040,0002=20261225-`], [any.studyUid]],
      [['0010,0020=MR2', `${STEP}.0040,0002=20261224-20261224`, `${STEP}.0040,0003=1000-1059`], []],
      [['0010,0020=MR2', `${STEP}.0040,0002=20261224-20261224`, `${STEP}.0040,0003=1100-1130`], [mr.studyUid]],
      [['0010,0020=MR2', `${STEP}.0040,0001=ANY`], both],
      [['0010,0020=MR2'], [any.studyUid], 'CT1'],
    ];
    for (const [keys, expected, calling] of cases) {
      expect({ keys, found: await found(keys, calling) }).toEqual({ keys, found: expected });
    }
  });

  test('allergies of the patient, for contrast media', async () => {
    const clinical = (code: string): object => ({
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code }],
    });
    for (const [text, code] of [
      ['Iodine', 'active'],
      ['Latex', 'active'],
      ['Pollen', 'resolved'],
    ] as const) {
      const allergy = { resourceType: 'AllergyIntolerance', patient: { reference: 'Patient/kenji' }, code: { text } };
      await clinic.store({ ...allergy, clinicalStatus: clinical(code) });
    }
    const { accession } = numbersOf(await clinic.store(imagingOrder('kenji')));
    const { found: entries } = await findWorklist(clinic.caller('ANY'), [`0008,0050=${accession}`, '0010,2110']);
    const values = entries.flatMap((entry) => entry['00102110']?.Value ?? []);
    expect(values.map(String).sort()).toEqual(['Iodine', 'Latex']);
  });

  test('in a Latin alphabet for who asks in it, else in UTF-8', async () => {
    const { accession } = numbersOf(await clinic.store(imagingOrder('anna')));
    const peer = clinic.caller('ANY');
    const fixed = ['-W', '-v', '-aet', peer.calling, '-aec', peer.called, '-k', `0008,0050=${accession}`];
    for (const [given, charset, name] of [
      [['0010,0010', '0008,0005=ISO_IR 100'], 'ISO_IR 100', 'M\xfcller'],
      [['0010,0010=MÜLL*', '0008,0005=ISO_IR 192'], 'ISO_IR 192', 'M\xc3\xbcller'],
      [['0010,0010'], 'ISO_IR 192', 'M\xc3\xbcller'],
    ] as const) {
      const asked = [...fixed, ...given.flatMap((key) => ['-k', key]), '127.0.0.1', String(peer.port)];
      const { stdout, stderr } = await program('findscu', asked, { encoding: 'latin1', timeout: 60_000 });
      // As it is on the wire: dcm2json would translate it.
      const answer = (stderr + stdout).split('Find Response: 1')[1];
      expect(answer).toContain(`CS [${charset}]`);
      expect(answer).toContain(`PN [${name}^`);
    }
  });

  test('what is over, or images of which are there, is no work any more', async () => {
    const order = await clinic.store(imagingOrder('anna'));
    const { accession, studyUid } = numbersOf(order);
    const asked = [`0008,0050=${accession}`];
    expect(await found(asked)).toEqual([studyUid]);
    const basedOn = [{ reference: `ServiceRequest/${order.id ?? ''}` }];
    const study = { resourceType: 'ImagingStudy', id: 'study', subject: { reference: 'Patient/anna' }, basedOn };
    await clinic.store({ ...study, status: 'registered' });
    expect(await found(asked)).toEqual([studyUid]);
    await clinic.store({ ...study, status: 'available' });
    expect(await found(asked)).toEqual([]);
    const other = await clinic.store(imagingOrder('anna'));
    const otherKeys = [`0008,0050=${numbersOf(other).accession}`];
    await clinic.store({ ...other, status: 'on-hold' });
    expect(await found(otherKeys)).toEqual([]);
    await clinic.store({ ...other, meta: undefined, status: 'active' });
    expect(await found(otherKeys)).toHaveLength(1);
    await clinic.store({ ...other, meta: undefined, status: 'revoked' });
    expect(await found(otherKeys)).toEqual([]);
  });

  test('C-ECHO; who is not named, not active, elsewhere or asks for somebody else is refused', async () => {
    expect((await echoscu(clinic.caller('CT1'))).code).toBe(0);
    for (const calling of ['NOBODY', 'FAR', 'OLD', 'ct1']) {
      const { code, output } = await echoscu(clinic.caller(calling));
      expect([code, output]).toEqual([
        expect.not.stringMatching(/^0$/),
        expect.stringContaining('Calling AE Title Not Recognized'),
      ]);
    }
    const { output } = await echoscu({ ...clinic.caller('CT1'), called: 'OTHER' });
    expect(output).toContain('Association Rejected');
  });
});
