import { PRINCIPAL } from '../../harness/test-principal.ts';
import { ADMINISTRATOR, openBrowsedClinic, registration, result, type BrowsedClinic } from './browsed-clinic.ts';

/** Who is erased is erased out of the messages too; those of others stay, whatever number or name they have. */
let clinic: BrowsedClinic;

beforeAll(async () => {
  clinic = await openBrowsedClinic();
});
afterAll(() => clinic.close());

async function erase(id: string): Promise<{ readonly status: number; readonly text: string }> {
  const parameter = Object.entries({ confirm: id, basis: 'objection' }).map(([name, valueString]) => ({
    name,
    valueString,
  }));
  const who = { ...ADMINISTRATOR, secondFactor: Date.now() };
  const headers = { [PRINCIPAL]: JSON.stringify(who) };
  return clinic.send('POST', `Patient/${id}/$erase`, { resourceType: 'Parameters', parameter }, headers);
}

async function patientWith(number: string): Promise<string> {
  const { body } = await clinic.get(`Patient?identifier=https://lab.example/patients|${number}`);
  const id = body.entry?.[0]?.resource?.id;
  if (id === undefined) throw new Error(`there is no patient ${number}`);
  return id;
}

const statusOf = async (message: string): Promise<number> =>
  (await clinic.call(undefined, 'hl7-message', { message })).status;

test('messages that made something of the patient go, and those that wait with a number and the name of theirs', async () => {
  const hers = await clinic.receive(result('LAB', 'E-1', '600'), 'applied');
  const namesakes = await clinic.receive(result('LAB', 'E-2', '601'), 'applied');
  const elsewhere = (controlId: string, name: string, born: string): string =>
    registration(controlId, '600', name).replace('600^^^MRN^MR', '600^^^OTHER^MR').replace('19800101', born);
  const waiting = await clinic.receive(elsewhere('E-3', 'DOE^Jane', '19990101'), 'parked');
  const born = await clinic.receive(elsewhere('E-4', 'Maiden^Jane', '19800101'), 'parked');
  const another = await clinic.receive(elsewhere('E-5', 'Roe^Jim', '19700101'), 'parked');
  expect(await Promise.all([hers, namesakes, waiting, born, another].map(statusOf))).toEqual([200, 200, 200, 200, 200]);

  const { status, text } = await erase(await patientWith('600'));
  expect([status, status === 200 ? '' : text]).toEqual([200, '']);
  expect(text).toContain('\\"HL7 messages\\":3');
  expect(await Promise.all([hers, namesakes, waiting, born, another].map(statusOf))).toEqual([404, 200, 404, 404, 200]);
});

test('while the gateway does not answer nothing is erased', async () => {
  await clinic.receive(result('LAB', 'E-9', '609'), 'applied');
  const id = await patientWith('609');
  await clinic.stopGateway();
  const { status, text } = await erase(id);
  expect(status).toBe(503);
  expect(text).toContain('erase.gatewayDown');
  expect((await clinic.get(`Patient/${id}`)).status).toBe(200);
});
