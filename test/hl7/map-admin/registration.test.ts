import { openDeliveryClinic, type DeliveryClinic } from '../deliver/delivery-clinic.ts';
import { send } from './delivered.ts';

let clinic: DeliveryClinic;
beforeAll(async () => {
  clinic = await openDeliveryClinic();
});
afterAll(() => clinic.close());

let minute = 0;
function now(event: string): readonly [string, string] {
  minute += 1;
  return [event, `202403010${8 + Math.floor(minute / 60)}${String(minute % 60).padStart(2, '0')}00`];
}

const APPLIED = { kind: 'applied', resources: expect.anything(), superseded: expect.anything() };

test('an empty field leaves alone what is stored, "" deletes it', async () => {
  const pid = (birth: string, sex: string, phones: string, address: string): string =>
    `PID|1||R1^^^MRN||Doe^Ann||${birth}|${sex}|||${address}||${phones}`;
  expect(
    await send(clinic, now('ADT^A28'), pid('19800101', 'F', '111^PRN^PH~222^PRN^CP|333^WPN^PH', '1 Road^^Town')),
  ).toEqual(APPLIED);
  expect(await send(clinic, now('ADT^A31'), pid('', '""', '444^PRN^PH', '""'))).toEqual(APPLIED);
  const [patient] = await clinic.search('Patient?identifier=R1');
  expect(patient).toMatchObject({ birthDate: '1980-01-01', name: [{ family: 'Doe' }] });
  expect(patient).not.toHaveProperty('gender');
  expect(patient).not.toHaveProperty('address');
  expect((patient?.telecom as { value: string }[]).map(({ value }) => value).sort()).toEqual(['333', '444']);
});

test('contacts are replaced by those that a message names, and stay where it names none', async () => {
  const pid = 'PID|1||R2^^^MRN||Doe^Bo';
  await send(clinic, now('ADT^A28'), pid, 'NK1|1|Doe^Cy|SPO', 'NK1|2|Doe^Di|CHD');
  await send(clinic, now('ADT^A31'), pid, 'NK1|1|Doe^Ed|BRO');
  await send(clinic, now('ADT^A31'), pid);
  const [patient] = await clinic.search('Patient?identifier=R2');
  expect(patient?.contact).toMatchObject([{ name: { family: 'Doe', given: ['Ed'] } }]);
});

test('a new number: A47 keeps the old one, and both find the patient', async () => {
  await send(clinic, now('ADT^A28'), 'PID|1||R3^^^MRN||Doe^Eve||19700101');
  expect(await send(clinic, now('ADT^A47'), 'PID|1||R3NEW^^^MRN||Doe^Eve', 'MRG|R3^^^MRN')).toEqual(APPLIED);
  const [patient, ...others] = await clinic.search('Patient?identifier=R3NEW');
  expect(others).toEqual([]);
  expect(patient).toMatchObject({ birthDate: '1970-01-01' });
  expect(patient?.identifier).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ value: 'R3', use: 'old' }),
      expect.objectContaining({ value: 'R3NEW' }),
    ]),
  );
});

test('C1 into C2 and C2 into C3 in one A40: C3 stays, with what the others had', async () => {
  for (const number of ['C1', 'C2', 'C3'])
    await send(
      clinic,
      now('ADT^A01'),
      `PID|1||${number}^^^MRN||Doe^Flo||19900101`,
      `PV1|1|I|||||||||||||||||V${number}^^^VISIT`,
    );
  const merged = await send(
    clinic,
    now('ADT^A40'),
    'PID|1||C2^^^MRN||Doe^Flo',
    'MRG|C1^^^MRN',
    'PID|1||C3^^^MRN||Doe^Florence',
    'MRG|C2^^^MRN',
  );
  expect(merged).toEqual(APPLIED);
  const active = await clinic.search('Patient?identifier=C1,C2,C3&active:not=false');
  expect(active).toMatchObject([{ name: [{ given: ['Florence'] }] }]);
  const visits = await clinic.search(`Encounter?patient=${String(active[0]?.id)}`);
  expect(visits).toHaveLength(3);
});

test('an account that is merged into another one is closed', async () => {
  const pid = (account: string): string => `PID|1||R5^^^MRN||Doe^Gus|||||||||||||${account}^^^ACC`;
  await send(clinic, now('ADT^A28'), pid('K1'));
  await send(clinic, now('ADT^A28'), pid('K2'));
  expect(await send(clinic, now('ADT^A41'), pid('K2'), 'MRG|R5^^^MRN||K1^^^ACC')).toEqual(APPLIED);
  const accounts = await clinic.search('Account?identifier=K1,K2&_sort=identifier');
  expect(accounts.map(({ status }) => status).sort()).toEqual(['active', 'inactive']);
});

test('a visit with a new number is the same visit; one that was none keeps what it was', async () => {
  const pid = 'PID|1||R6^^^MRN||Doe^Hal';
  const pv1 = (number: string): string => `PV1|1|I|||||||||||||||||${number}^^^VISIT`;
  await send(clinic, now('ADT^A01'), pid, pv1('N1'));
  expect(await send(clinic, now('ADT^A50'), pid, 'MRG|R6^^^MRN||||N1^^^VISIT', pv1('N2'))).toEqual(APPLIED);
  expect(await clinic.search('Encounter?identifier=N1')).toMatchObject([{ status: 'in-progress' }]);
  expect(await clinic.search('Encounter?identifier=N1,N2')).toHaveLength(1);
  await send(clinic, now('ADT^A01'), pid, pv1('N3'));
  expect(await send(clinic, now('ADT^A42'), pid, 'MRG|R6^^^MRN||||N3^^^VISIT', pv1('N2'))).toEqual(APPLIED);
  expect(await clinic.search('Encounter?identifier=N3')).toMatchObject([{ status: 'entered-in-error' }]);
});

test('charts that are of one person are linked, and taken apart again', async () => {
  const pids = ['PID|1||L1^^^MRN||Doe^Ian', 'PID|2||L2^^^MRN||Doe^Ian'];
  for (const pid of pids) await send(clinic, now('ADT^A28'), pid);
  expect(await send(clinic, now('ADT^A24'), ...pids)).toEqual(APPLIED);
  const [first] = await clinic.search('Patient?identifier=L1');
  expect(first?.link).toMatchObject([{ type: 'seealso' }]);
  expect(await send(clinic, now('ADT^A37'), ...pids)).toEqual(APPLIED);
  expect((await clinic.search('Patient?identifier=L1'))[0]).not.toHaveProperty('link');
});

test('an appointment is booked, moved, cancelled; the latest event holds', async () => {
  const sch = (event: string, time: string): Promise<unknown> =>
    send(
      clinic,
      now(`SIU^${event}`),
      `SCH|P1^^^|F1||||REASON^why|CHECKUP||30|min|^^30^${time}`,
      'PID|1||R8^^^MRN||Doe^Jo',
      'RGS|1',
      'AIS|1||CT^CT head^L',
      'AIL|1||CT^Room 1',
    );
  await sch('S12', '202404010900+0000');
  expect(await sch('S13', '202404011000+0000')).toEqual(APPLIED);
  const [booked] = await clinic.search('Appointment?identifier=F1');
  expect(booked).toMatchObject({
    status: 'booked',
    start: '2024-04-01T10:00:00+00:00',
    end: '2024-04-01T10:30:00+00:00',
    minutesDuration: 30,
  });
  await sch('S15', '202404011000+0000');
  expect(await clinic.search('Appointment?identifier=F1')).toMatchObject([
    { status: 'cancelled', cancelationReason: { text: 'why' } },
  ]);
});

test('a document that is replaced is superseded, one that is cancelled was an error', async () => {
  const mdm = (event: string, number: string, parent = ''): Promise<unknown> =>
    send(
      clinic,
      now(`MDM^${event}`),
      'PID|1||R9^^^MRN||Doe^Kai',
      'PV1|1|O|CLINIC',
      `TXA|1|CN|TX|202403010800||||||||${number}^^|${parent}||||AU`,
      'OBX|1|TX|||line one||||||F',
      'OBX|2|TX|||line two||||||F',
    );
  expect(await mdm('T02', 'D1')).toEqual(APPLIED);
  expect(await mdm('T10', 'D2', 'D1')).toEqual(APPLIED);
  expect(await clinic.search('DocumentReference?identifier=D1')).toMatchObject([{ status: 'superseded' }]);
  const [second] = await clinic.search('DocumentReference?identifier=D2');
  expect(second).toMatchObject({ status: 'current', docStatus: 'final', relatesTo: [{ code: 'replaces' }] });
  const [content] = second?.content as { attachment: { data: string } }[];
  expect(Buffer.from(content?.attachment.data ?? '', 'base64').toString()).toBe('line one\nline two');
  await mdm('T11', 'D2');
  expect(await clinic.search('DocumentReference?identifier=D2')).toMatchObject([{ status: 'entered-in-error' }]);
});

test('master files: staff, places, tests, charges', async () => {
  const mfn = (event: string, ...segments: readonly string[]): Promise<unknown> =>
    send(clinic, now(`MFN^${event}`), 'MFI|FILE^^||UPD|||AL', ...segments);
  expect(
    await mfn(
      'M02',
      'MFE|MAD|1|20240301|7',
      'STF|7|S7^^^STAFF|Gray^Meredith|||19780101|A|SUR^Surgery||555^WPN^PH|||||m@x.example',
      'PRA|7||MD|Surgery^^B',
    ),
  ).toEqual(APPLIED);
  expect(await mfn('M02', 'MFE|MDC|2|20240302|7', 'STF|7|S7^^^STAFF|Gray^Meredith')).toEqual(APPLIED);
  expect(await clinic.search('Practitioner?identifier=S7')).toMatchObject([
    { active: false, birthDate: '1978-01-01', telecom: [{ value: '555' }, { value: 'm@x.example' }] },
  ]);
  expect(await mfn('M05', 'MFE|MAD|1|20240301|W1', 'LOC|W1^R1^B1^HOSP|Bed by the door|B||1 Road^^Town')).toMatchObject(
    APPLIED,
  );
  expect(await clinic.search('Location?name=B1')).toMatchObject([
    { status: 'active', description: 'Bed by the door', physicalType: { coding: [{ code: 'bd' }] } },
  ]);
  expect(
    await mfn('M08', 'MFE|MAD|1|20240301|GLU', 'OM1|1|2345-7^Glucose^LN|NM|||||||Glucose', 'OM2|1|mg/dL^mg/dL^UCUM|2'),
  ).toEqual(APPLIED);
  expect(await clinic.search('ActivityDefinition?title=Glucose')).toMatchObject([
    {
      status: 'active',
      contained: [{ permittedDataType: ['Quantity'], quantitativeDetails: { decimalPrecision: 2 } }],
    },
  ]);
  expect(
    await mfn('M04', 'MFE|MAD|1|20240301|C1', 'CDM|99213^Visit^C4||Office visit', 'PRC|99213||||100.50&USD^UP'),
  ).toEqual(APPLIED);
  const { text } = await clinic.get('ChargeItemDefinition?_count=5');
  expect(text).toContain('"value":100.50,"currency":"USD"');
});
