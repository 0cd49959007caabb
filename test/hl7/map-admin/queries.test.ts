import { acknowledge } from '../../../hl7-gateway/hl7/acknowledge.ts';
import { patientLookup } from '../../../hl7-gateway/map/queries/patient-lookup.ts';
import { patientQuery } from '../../../hl7-gateway/map/queries/patient-query.ts';
import { patientReply } from '../../../hl7-gateway/map/queries/patient-reply.ts';
import type { JsonObject } from '../../../server/kernel/json.ts';
import { openDeliveryClinic, type DeliveryClinic } from '../deliver/delivery-clinic.ts';
import { send } from './delivered.ts';
import { CONTEXT, messageOf } from './samples.ts';

let clinic: DeliveryClinic;
beforeAll(async () => {
  clinic = await openDeliveryClinic();
  for (const [number, name, birth] of [
    ['Q1', 'Smith^Ann', '19800101'],
    ['Q2', 'Smithson^Bo', '19810101'],
    ['Q3', 'Smith^Cy', '19820101'],
  ] as const)
    await send(
      clinic,
      ['ADT^A28', '20240301080000'],
      `PID|1||${number}^^^MRN~X${number}^^^&1.2.3&ISO^PI||${name}^^^^^L||${birth}|F|||1 Road^^Town^KY^1^USA^H||111^PRN^PH|222^WPN^PH`,
    );
});
afterAll(() => clinic.close());

const OWN = 'https://athanor.health/fhir/hl7/lab/MRN';
const names = (system: string): { namespace: string; universalId: string; type: string } | undefined =>
  system === OWN ? { namespace: 'MRN', universalId: '', type: '' } : undefined;

/** The reply to a question as it goes over the wire. */
async function ask(event: string, qpd: string, rcp = 'RCP|I|10^RD'): Promise<string> {
  const message = messageOf(`MSH|^~\\&|A|B|C|D|20240301||${event}|Q|P|2.5`, qpd, rcp);
  const query = patientQuery(message, CONTEXT);
  const { body, status, text } = await clinic.get(query.search);
  if (status !== 200) throw new Error(text);
  const { code, errors, segments } = patientReply(query, body as unknown as JsonObject, names);
  return acknowledge(message, { code, errors, segments, controlId: 'R', at: new Date(0) });
}

const linesOf = (reply: string, name: string): readonly string[] =>
  reply.split('\r').filter((line) => line.startsWith(name));

test('by name: those who have it, not those whose name begins so', async () => {
  const reply = await ask('QBP^Q22', 'QPD|IHE PDQ Query|TAG|@PID.5.1^SMITH');
  expect(linesOf(reply, 'MSH')[0]).toContain('|RSP^K22');
  expect(linesOf(reply, 'QAK')).toEqual(['QAK|TAG|OK|IHE PDQ Query|2|2|0']);
  const found = linesOf(reply, 'PID').map((line) => line.replace(/^PID\|\d/, ''));
  expect(found.sort()).toEqual([
    '||Q1^^^MRN~XQ1^^^&1.2.3&ISO^PI||Smith^Ann^^^^^L||19800101|F|||1 Road^^Town^KY^1^USA^H||111^PRN^PH|222^WPN^PH',
    '||Q3^^^MRN~XQ3^^^&1.2.3&ISO^PI||Smith^Cy^^^^^L||19820101|F|||1 Road^^Town^KY^1^USA^H||111^PRN^PH|222^WPN^PH',
  ]);
  expect(linesOf(reply, 'QPD')).toEqual(['QPD|IHE PDQ Query|TAG|@PID.5.1^SMITH']);
});

test('by the beginning of a name, birth date, sex, number and domain', async () => {
  expect(linesOf(await ask('QBP^Q22', 'QPD|IHE PDQ Query|TAG|@PID.5.1.1^smi*'), 'PID')).toHaveLength(3);
  expect(
    linesOf(await ask('QBP^Q22', 'QPD|IHE PDQ Query|TAG|@PID.5.1^Smith~@PID.7^19820101~@PID.8^F'), 'PID'),
  ).toHaveLength(1);
  const [pid] = linesOf(await ask('QBP^Q22', 'QPD|IHE PDQ Query|TAG|@PID.3.1^Q1~@PID.3.4.1^MRN|||||^^^MRN'), 'PID');
  expect(pid).toContain('|Q1^^^MRN|');
});

test('nobody is NF; a parameter that is not understood is refused', async () => {
  expect(linesOf(await ask('QBP^Q22', 'QPD|IHE PDQ Query|TAG|@PID.5.1^Nobody'), 'QAK')).toEqual([
    'QAK|TAG|NF|IHE PDQ Query|0|0|0',
  ]);
  await expect(ask('QBP^Q22', 'QPD|IHE PDQ Query|TAG|@PID.99^x')).rejects.toMatchObject({
    code: '103',
    location: 'QPD^1^3',
  });
  await expect(ask('QBP^Q22', 'QPD|IHE PDQ Query|TAG|')).rejects.toMatchObject({ code: '101' });
});

test('the other numbers of a number', async () => {
  const reply = await ask('QBP^Q23', 'QPD|IHE PIX Query|TAG|Q1^^^MRN');
  expect(linesOf(reply, 'MSH')[0]).toContain('|RSP^K23');
  expect(linesOf(reply, 'MSA')).toEqual(['MSA|AA|Q']);
  expect(linesOf(reply, 'PID')).toEqual(['PID|||XQ1^^^&1.2.3&ISO^PI||~^^^^^^S']);
  expect(linesOf(await ask('QBP^Q23', 'QPD|IHE PIX Query|TAG|Q1^^^MRN|^^^OTHER'), 'QAK')).toEqual([
    'QAK|TAG|NF|IHE PIX Query',
  ]);
  const unknown = await ask('QBP^Q23', 'QPD|IHE PIX Query|TAG|none^^^MRN');
  expect(linesOf(unknown, 'MSA')).toEqual(['MSA|AE|Q|Nobody has this number']);
  expect(linesOf(unknown, 'ERR')[0]).toContain('204');
});

/** The reply to QRY^A19. */
async function lookUp(qrd: string, version = '2.5'): Promise<string> {
  const message = messageOf(`MSH|^~\\&|A|B|C|D|20240301||QRY^A19|Q|P|${version}`, qrd, 'QRF|AX');
  const query = patientLookup(message, CONTEXT);
  const { body, status, text } = await clinic.get(query.search);
  if (status !== 200) throw new Error(text);
  const { code, errors, segments } = patientReply(query, body as unknown as JsonObject, names);
  return acknowledge(message, { code, errors, segments, controlId: 'R', at: new Date(0) });
}

test('in the original mode: by numbers, by name, and nobody', async () => {
  const two = await lookUp('QRD|20240301|R|I|TAG|||10^RD|Q1^^^^^^^^MRN~Q2^^^^^^^^MRN|DEM');
  expect(linesOf(two, 'MSH')[0]).toContain('|ADR^A19^ADR_A19|');
  expect(linesOf(two, 'QRD')).toEqual(['QRD|20240301|R|I|TAG|||10^RD|Q1^^^^^^^^MRN~Q2^^^^^^^^MRN|DEM']);
  expect(linesOf(two, 'QAK')).toEqual(['QAK|TAG|OK']);
  expect(linesOf(two, 'PID')).toHaveLength(2);
  const named = await lookUp('QRD|20240301|R|I|TAG|||10^RD|^Smith^Cy|DEM', '2.3');
  expect(linesOf(named, 'PID').map((line) => line.split('|')[3])).toEqual(['Q3^^^MRN~XQ3^^^&1.2.3&ISO^PI']);
  const limited = await lookUp('QRD|20240301|R|I|TAG|||1^RD|^Smith|DEM');
  expect(linesOf(limited, 'PID')).toHaveLength(1);
  expect(linesOf(await lookUp('QRD|20240301|R|I|TAG||||Q9^^^^^^^^MRN'), 'QAK')).toEqual(['QAK|TAG|NF']);
  expect(linesOf(await lookUp('QRD|20240301|R|I|TAG||||Q9^^^^^^^^MRN', '2.3'), 'MSA')[0]).toContain('MSA|AE|');
});

test.each([
  ['QRD|20240301|R|I|TAG|||10^RD||DEM', '101', 'QRD^1^8'],
  ['QRD|20240301|R|D|TAG|||10^RD|Q1|DEM', '103', 'QRD^1^3'],
  ['QRD|20240301|R|I|TAG|||10^RD|Q1|APN', '103', 'QRD^1^9'],
])('%s is not answered', async (qrd, code, location) => {
  await expect(lookUp(qrd)).rejects.toMatchObject({ code, location });
});
