import type { Body } from '../../flows/fhir-server.ts';
import { openOrderClinic, type OrderClinic } from './order-clinic.ts';

let clinic: OrderClinic;
beforeAll(async () => {
  clinic = await openOrderClinic();
});
afterAll(() => clinic.close());

let sent = 0;

function header(event: string, at: string): string {
  sent += 1;
  return `MSH|^~\\&|LIS|LAB|EHR|CLINIC|${at}||${event}|M${sent}|P|2.5.1`;
}

function person(id: string): string {
  return `PID|1||${id}^^^MRN&1.2.3.4&ISO^MR||Doe^Ann^^^^^L||19800101|F`;
}

interface ResultOptions {
  readonly id: string;
  readonly order: string;
  readonly at: string;
  readonly status: string;
  readonly value: string;
}

async function sendResult({ id, order, at, status, value }: ResultOptions): Promise<unknown> {
  return clinic.send(
    header('ORU^R01^ORU_R01', at),
    person(id),
    `ORC|RE|${order}^EHR|F${order}^LIS`,
    `OBR|1|${order}^EHR|F${order}^LIS|2345-7^Glucose^LN|||20261101080000|||||||||||||||${at}|||${status}`,
    `OBX|1|NM|2345-7^Glucose^LN||${value}|mg/dL|70 - 100||||${status}|||20261101080000`,
  );
}

async function sendOrder(id: string, order: string, at: string, control = 'NW'): Promise<unknown> {
  return clinic.send(
    header('OML^O21^OML_O21', at),
    person(id),
    `ORC|${control}|${order}^EHR|||||||${at}|||77^House^Gregory^^^^^^NPI&2.16.840.1.113883.4.6&ISO`,
    `OBR|1|${order}^EHR||GLU^Glucose fasting^L`,
  );
}

async function one(query: string): Promise<Body> {
  const [found, ...others] = await clinic.search(query);
  expect(others).toEqual([]);
  if (found === undefined) throw new Error(`nothing found: ${query}`);
  return found;
}

const observationOf = (id: string): Promise<Body> => one(`Observation?subject:Patient.identifier=${id}`);

test('an order and its result: preliminary, final, late preliminary, corrected', async () => {
  await sendOrder('c1', '100', '20261101070000');
  expect(await one('ServiceRequest?identifier=100')).toMatchObject({
    status: 'active',
    code: { text: 'Glucose fasting' },
  });
  await sendResult({ id: 'c1', order: '100', at: '20261101090000', status: 'P', value: '90' });
  await sendResult({ id: 'c1', order: '100', at: '20261101100000', status: 'F', value: '95.0' });
  const final = { status: 'final', valueQuantity: { value: 95, unit: 'mg/dL', code: 'mg/dL' } };
  expect(await observationOf('c1')).toMatchObject(final);
  expect(await sendResult({ id: 'c1', order: '100', at: '20261101090500', status: 'P', value: '91' })).toMatchObject({
    kind: 'applied',
    superseded: expect.arrayContaining([
      expect.stringMatching(/^Observation/),
      expect.stringMatching(/^DiagnosticReport/),
    ]),
  });
  expect(await observationOf('c1')).toMatchObject(final);
  await sendResult({ id: 'c1', order: '100', at: '20261101110000', status: 'C', value: '96.5' });
  const observation = await observationOf('c1');
  expect(observation).toMatchObject({ status: 'corrected', valueQuantity: { value: 96.5 } });
  const order = await one('ServiceRequest?identifier=F100');
  expect(order).toMatchObject({
    status: 'active',
    code: { text: 'Glucose fasting' },
    identifier: [{ value: '100' }, { value: 'F100' }],
  });
  expect(await one('DiagnosticReport?subject:Patient.identifier=c1')).toMatchObject({
    status: 'corrected',
    basedOn: [{ reference: `ServiceRequest/${order.id}` }],
    result: [{ reference: `Observation/${observation.id}` }],
  });
});

test('a result before its order: one order, which is not active again', async () => {
  await sendResult({ id: 'c2', order: '200', at: '20261101090000', status: 'F', value: '80' });
  expect(await one('ServiceRequest?identifier=200')).toMatchObject({ status: 'completed', code: { text: 'Glucose' } });
  await sendOrder('c2', '200', '20261101070000');
  expect(await one('ServiceRequest?identifier=200')).toMatchObject({
    status: 'completed',
    code: { text: 'Glucose fasting' },
    requester: { display: 'Gregory House' },
  });
});

test('a cancelled order stays cancelled when the order itself comes late', async () => {
  await sendOrder('c3', '300', '20261101080000', 'CA');
  expect(await one('ServiceRequest?identifier=300')).toMatchObject({ status: 'revoked' });
  await sendOrder('c3', '300', '20261101070000');
  expect(await one('ServiceRequest?identifier=300')).toMatchObject({ status: 'revoked' });
});

test('what an OBX takes back is marked, and a value may become text', async () => {
  await sendResult({ id: 'c4', order: '400', at: '20261101090000', status: 'F', value: '80' });
  await sendResult({ id: 'c4', order: '400', at: '20261101100000', status: 'C', value: 'hemolysed' });
  const corrected = await observationOf('c4');
  expect(corrected).toMatchObject({ status: 'corrected', valueString: 'hemolysed mg/dL' });
  expect(corrected).not.toHaveProperty('valueQuantity');
  await sendResult({ id: 'c4', order: '400', at: '20261101110000', status: 'W', value: '' });
  expect(await observationOf('c4')).toMatchObject({ status: 'entered-in-error' });
});

test('a number that the laboratory used for somebody else waits for a person', async () => {
  await sendResult({ id: 'c5', order: '500', at: '20261101090000', status: 'F', value: '80' });
  expect(await sendResult({ id: 'c6', order: '500', at: '20261101100000', status: 'F', value: '300' })).toMatchObject({
    kind: 'parked',
    reason: 'patient-conflict',
  });
  expect(await observationOf('c5')).toMatchObject({ valueQuantity: { value: 80 } });
});

test('susceptibilities are members of the organism that they were tested on', async () => {
  await clinic.send(
    header('ORU^R01^ORU_R01', '20261101090000'),
    person('c7'),
    'OBR|1|700^EHR|F700^LIS|630-4^Urine culture^LN|||20261101|||||||||||||||20261101090000||MB|F',
    'OBX|1|CWE|6463-4^Organism^LN|1|112283007^Escherichia coli^SCT||||||F',
    'OBX|2|CWE|6463-4^Organism^LN|2|3092008^Staphylococcus aureus^SCT||||||F',
    'OBR|2|700^EHR|F701^LIS|29576-6^Susceptibility^LN|||20261101|||||||||||||||20261101090000||MB|F|6463-4&Organism&LN^1|||700&EHR^F700&LIS',
    'OBX|1|NM|28-1^Ampicillin^LN||16|ug/mL|||R^Resistant^HL70078|||F',
    'OBR|3|700^EHR|F702^LIS|29576-6^Susceptibility^LN|||20261101|||||||||||||||20261101090000||MB|F|6463-4&Organism&LN^2|||700&EHR^F700&LIS',
    'OBX|1|SN|28-1^Ampicillin^LN||<=^0.5|ug/mL|||S^Susceptible^HL70078|||F',
  );
  const observations = await clinic.search('Observation?subject:Patient.identifier=c7');
  const names = new Map(observations.map((each) => [`Observation/${each.id}`, each]));
  const members = (name: string): unknown => {
    const organism = observations.find(
      (each) => (each as { valueCodeableConcept?: { text?: string } }).valueCodeableConcept?.text === name,
    );
    const { hasMember = [] } = organism as { hasMember?: { reference: string }[] };
    return hasMember.map(
      ({ reference }) => (names.get(reference) as { valueQuantity?: unknown } | undefined)?.valueQuantity,
    );
  };
  expect(members('Escherichia coli')).toMatchObject([{ value: 16 }]);
  expect(members('Staphylococcus aureus')).toMatchObject([{ value: 0.5, comparator: '<=' }]);
});
