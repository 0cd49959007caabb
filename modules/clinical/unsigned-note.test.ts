import { testClinic } from '#sdk/testing';

const clinic = testClinic(import.meta.dirname);

const TASK = 'https://athanor.health/fhir/CodeSystem/clinical-task';
const HOUR = 3_600_000;

test('an author is reminded of a note that is not signed: after a day, and once', async () => {
  await clinic.store({ resourceType: 'Practitioner', id: 'author', name: [{ family: 'Author' }] });
  await clinic.store({ resourceType: 'Patient', id: 'bell', name: [{ family: 'Bell' }] });
  const { id } = await clinic.store({
    resourceType: 'Composition' as const,
    meta: { profile: ['https://athanor.health/fhir/StructureDefinition/clinical-note'] },
    status: 'preliminary' as const,
    type: { coding: [{ system: 'http://loinc.org', code: '11506-3', display: 'Progress note' }] },
    subject: { reference: 'Patient/bell' },
    date: new Date().toISOString(),
    author: [{ reference: 'Practitioner/author' }],
    title: 'Note',
  });
  const reminders = async (): Promise<number | undefined> =>
    (await clinic.get(`Task?code=${TASK}|sign-note&focus=Composition/${id}&_total=accurate`)).body.total;
  await clinic.runBot('unsigned-note', new Date(Date.now() + 20 * HOUR));
  expect(await reminders()).toBe(0);
  for (let run = 0; run < 2; run += 1) await clinic.runBot('unsigned-note', new Date(Date.now() + 25 * HOUR));
  expect(await reminders()).toBe(1);
});
