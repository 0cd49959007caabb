import { testClinic } from '#sdk/testing';
import { furnish, hoursFromNow, parameters, PHYSICIAN, prescription, wardOrder } from './ward.fixture.ts';

const clinic = testClinic(import.meta.dirname);
const physician = clinic.as(PHYSICIAN);

const TASK = 'https://athanor.health/fhir/CodeSystem/medication-task';
const DAY = 24;

beforeAll(() => furnish(clinic));

async function tasks(code: string, order: string): Promise<number> {
  const { body } = await clinic.get(`Task?code=${TASK}|${code}&focus=MedicationRequest/${order}&_total=accurate`);
  return body.total ?? NaN;
}

/** A prescription of thirty days, half or all of which is dispensed now. */
async function dispensed(count: number): Promise<string> {
  const { dispenseRequest } = prescription('acetaminophen');
  const { id } = await physician.store(
    prescription('acetaminophen', { dispenseRequest: { ...dispenseRequest, numberOfRepeatsAllowed: 0 } }),
  );
  expect((await physician.send('POST', `MedicationRequest/${id}/$sign`, parameters({}))).status).toBe(200);
  await clinic.store({
    resourceType: 'MedicationDispense',
    status: 'completed',
    medicationCodeableConcept: prescription('acetaminophen').medicationCodeableConcept ?? {},
    subject: { reference: 'Patient/anna' },
    authorizingPrescription: [{ reference: `MedicationRequest/${id}` }],
    quantity: { value: count, unit: 'tablet', system: 'http://unitsofmeasure.org', code: '{tablet}' },
    daysSupply: { value: count, unit: 'd', system: 'http://unitsofmeasure.org', code: 'd' },
    whenHandedOver: hoursFromNow(0).toISOString(),
  });
  return id;
}

test('a dose that nobody records is a task once, however often the bot runs', async () => {
  const start = hoursFromNow(1).toISOString();
  const everyFourHours = { repeat: { boundsPeriod: { start }, frequency: 1, period: 4, periodUnit: 'h' } } as const;
  await clinic.store(wardOrder('late', 'acetaminophen', { timing: everyFourHours }));
  await clinic.runBot('overdue-doses', hoursFromNow(1.5));
  expect(await tasks('overdue-dose', 'late')).toBe(0);
  for (let run = 0; run < 2; run += 1) await clinic.runBot('overdue-doses', hoursFromNow(3));
  expect(await tasks('overdue-dose', 'late')).toBe(1);
  await clinic.runBot('overdue-doses', hoursFromNow(7));
  expect(await tasks('overdue-dose', 'late')).toBe(2);
});

test('before a supply ends somebody is told, once', async () => {
  const order = await dispensed(20);
  await clinic.runBot('refill-due', hoursFromNow(10 * DAY));
  expect(await tasks('refill-due', order)).toBe(0);
  for (let run = 0; run < 2; run += 1) await clinic.runBot('refill-due', hoursFromNow(15 * DAY));
  expect(await tasks('refill-due', order)).toBe(1);
});

test('an order that is used up is over, one of which something is left is not', async () => {
  const [all, some] = [await dispensed(30), await dispensed(20)];
  const statusOf = async (id: string): Promise<unknown> => (await clinic.get(`MedicationRequest/${id}`)).body.status;
  await clinic.runBot('order-completion', hoursFromNow(29 * DAY));
  expect([await statusOf(all), await statusOf(some)]).toEqual(['active', 'active']);
  await clinic.runBot('order-completion', hoursFromNow(31 * DAY));
  expect([await statusOf(all), await statusOf(some)]).toEqual(['completed', 'active']);
});
