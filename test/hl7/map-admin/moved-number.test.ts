import { openDeliveryClinic, type DeliveryClinic } from '../deliver/delivery-clinic.ts';
import { send } from './delivered.ts';
import { messageOf, mapMessage } from './samples.ts';

let clinic: DeliveryClinic;
beforeAll(async () => {
  clinic = await openDeliveryClinic();
});
afterAll(() => clinic.close());

async function stored(...numbers: readonly string[]): Promise<void> {
  for (const each of numbers) {
    const outcome = await send(clinic, ['ADT^A28', '20240301080000'], `PID|1||${each}||Doe^Ann||19800101|F`);
    expect(outcome?.kind).toBe('applied');
  }
}

/** Values of the identifiers of who has a number. */
async function numbersOf(value: string): Promise<readonly unknown[]> {
  const found = await clinic.search(`Patient?identifier=${value}`);
  return found.map(({ identifier }) => (identifier as { value: string }[]).map((each) => each.value).sort());
}

test('a number moves to the patient whom it belongs to; a person is told of the records', async () => {
  await stored('M1^^^MR~E1^^^EPI~M1^^^OTHER', 'M2^^^MR~E2^^^EPI');
  const outcome = await send(
    clinic,
    ['ADT^A43', '20240301090000'],
    'PID|1|E2^^^EPI|M1^^^MR||Doe^Ann||19800101',
    'MRG|M1^^^MR|||E1^^^EPI',
  );
  expect(outcome).toMatchObject({ kind: 'applied' });
  expect(await numbersOf('E1')).toEqual([['E1', 'M1']]);
  expect(await numbersOf('E2')).toEqual([['E2', 'M1', 'M2']]);
  const [task, ...others] = await clinic.search('Task?code=records-to-move&_include=Task:focus');
  expect(others.map(({ resourceType }) => resourceType)).toEqual(['Patient']);
  const [source] = await clinic.search('Patient?identifier=E1');
  const [target] = await clinic.search('Patient?identifier=E2');
  expect(task).toMatchObject({
    status: 'requested',
    focus: { reference: `Patient/${source?.id}` },
    for: { reference: `Patient/${target?.id}` },
  });
  await send(clinic, ['ADT^A31', '20240301100000'], 'PID|1||M1^^^MR||Doe^Ann^Maria||19800101');
  expect(await clinic.search('Patient?given=Maria&identifier=E2')).toHaveLength(1);
});

test('to the patient whom other numbers of PID-3 name, from who has it', async () => {
  await stored('M3^^^MR~E3^^^EPI', 'M4^^^MR~E4^^^EPI');
  const outcome = await send(clinic, ['ADT^A43', '20240301090000'], 'PID|1||M3^^^MR~E4^^^EPI', 'MRG|M3^^^MR');
  expect(outcome).toMatchObject({ kind: 'applied' });
  expect(await numbersOf('E3')).toEqual([['E3']]);
  expect(await numbersOf('E4')).toEqual([['E4', 'M3', 'M4']]);
});

test.each([
  ['the target is not stored', 'PID|1|E9^^^EPI|M5^^^MR', 'MRG|M5^^^MR', 'target-unknown'],
  ['nobody has the number', 'PID|1|E5^^^EPI|M9^^^MR', 'MRG|M9^^^MR', 'target-unknown'],
  ['the number is not where it is moved from', 'PID|1|E5^^^EPI|M5^^^MR', 'MRG|M5^^^MR|||E6^^^EPI', 'patient-conflict'],
  ['the target is another person', 'PID|1|E6^^^EPI|M5^^^MR||Roe^Bob||19500505', 'MRG|M5^^^MR', 'patient-conflict'],
])('%s: a person decides, and nothing is changed', async (_, pid, mrg, reason) => {
  await stored('M5^^^MR~E5^^^EPI', 'E6^^^EPI');
  expect(await send(clinic, ['ADT^A43', '20240301090000'], pid, mrg)).toMatchObject({ kind: 'parked', reason });
  expect(await numbersOf('E5')).toEqual([['E5', 'M5']]);
  expect(await numbersOf('E6')).toEqual([['E6']]);
});

test.each([
  ['PID|1|E2^^^EPI|M1^^^MR', 'MRG|M2^^^MR', 'MRG^1^1'],
  ['PID|1||M1^^^MR', 'MRG|M1^^^MR', 'PID^1^2'],
  ['PID|1|E2^^^EPI|M1^^^MR', 'NTE|1', 'MRG'],
])('%s with %s is not understood', (pid, mrg, location) => {
  const message = messageOf('MSH|^~\\&|LAB|L|A|B|20240301||ADT^A43|1|P|2.5', pid, mrg);
  expect(() => mapMessage(message)).toThrow(expect.objectContaining({ location }) as Error);
});
