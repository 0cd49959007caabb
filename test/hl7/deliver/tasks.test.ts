import { createDelivery, type Delivery } from '../../../hl7-gateway/deliver/delivery.ts';
import { CODE_ANSWERS, readCodeAnswers } from '../../../hl7-gateway/partner/code-answers.ts';
import { searchPages } from '../../../hl7-gateway/client/search-pages.ts';
import type { Body } from '../../flows/fhir-server.ts';
import { LAB, messageOf, openDeliveryClinic, patientEntry, type DeliveryClinic } from './delivery-clinic.ts';

let clinic: DeliveryClinic;
let delivery: Delivery;
let readings = 0;
const readAnswers = (): Promise<void> => {
  readings += 1;
  return Promise.resolve();
};
beforeAll(async () => {
  clinic = await openDeliveryClinic();
  delivery = createDelivery({ ...clinic, now: () => Date.now(), readAnswers });
});
afterAll(() => clinic.close());

const TASK = 'https://athanor.health/fhir/CodeSystem/hl7-task';
const TARGET = 'http://hl7.org/fhir/ValueSet/encounter-admit-source';

async function read(task: string | undefined): Promise<Body> {
  return (await clinic.get(task ?? '')).body;
}

test('who waits for a person has one Task, which says nothing of the content, and is closed afterwards', async () => {
  const partner = { ...LAB, patients: { ...LAB.patients, mayCreate: false } };
  const message = messageOf([patientEntry(['secret-number'], { said: { name: [{ family: 'Secret' }] } })], { partner });
  const [first] = await delivery.deliver([message]);
  const [again] = await delivery.deliver([message]);
  expect(again).toEqual(first);
  const { task } = first as { readonly task?: string };
  const text = JSON.stringify(await read(task));
  expect(text).not.toMatch(/secret/i);
  expect(text).toContain(message.controlId);
  expect(await read(task)).toMatchObject({
    status: 'requested',
    code: { coding: [{ system: TASK, code: 'patient-unknown' }] },
  });
  await delivery.workItems.close(task ?? '');
  await delivery.workItems.close(task ?? '');
  await delivery.workItems.close('Task/never-there');
  expect(await read(task)).toMatchObject({ status: 'completed', meta: { versionId: '2' } });
});

test('an answer to a code is saved in the partner’s ConceptMap, and told until the next look', async () => {
  const { workItems } = delivery;
  const unmapped = {
    place: 'PV1-14',
    source: 'HL70023',
    code: '7',
    display: 'Emergency',
    target: TARGET,
    isRequired: true,
  };
  const task = await workItems.raiseCode('lab', unmapped);
  expect(await workItems.raiseCode('lab', unmapped)).toBe(task);
  const other = await workItems.raiseCode('lab', { ...unmapped, source: 'ADMIT', code: 'E 1' });
  expect(other).not.toBe(task);
  expect(await workItems.takeCodeAnswers()).toEqual([]);
  const answer = {
    system: 'http://terminology.hl7.org/CodeSystem/admit-source',
    code: 'emd',
    display: 'From the emergency department',
  };
  for (const each of [task, other]) {
    const output = [{ type: { coding: [{ system: TASK, code: 'answer' }] }, valueCoding: answer }];
    await clinic.send('PUT', each, { ...(await read(each)), status: 'completed', output });
  }
  const told = await workItems.takeCodeAnswers();
  const expected = [
    { partner: 'lab', source: 'HL70023', code: '7', target: TARGET },
    { partner: 'lab', source: 'ADMIT', code: 'E 1', target: TARGET },
  ];
  expect(told).toHaveLength(2);
  expect(readings).toBe(1);
  expect(told).toEqual(expect.arrayContaining(expected));
  // Another gateway, or the same after a crash, is told too.
  expect(
    await createDelivery({ ...clinic, now: () => Date.now(), readAnswers }).workItems.takeCodeAnswers(),
  ).toHaveLength(2);
  expect(await workItems.takeCodeAnswers()).toEqual([]);
  expect(await read(task)).toMatchObject({ businessStatus: { coding: [{ code: 'taken' }] } });
  const answers = readCodeAnswers(await searchPages(clinic.client, clinic.base, CODE_ANSWERS));
  for (const { source, code } of expected) expect(answers.translate('lab', source, code, TARGET)).toEqual(answer);
  expect(answers.translate('other', 'HL70023', '7', TARGET)).toBeUndefined();
  expect(answers.translate('lab', 'HL70023', '7', 'http://other')).toBeUndefined();
  // Once it is closed, the same question is a new one.
  expect(await workItems.raiseCode('lab', unmapped)).not.toBe(task);
});

test('a Task that is completed without an answer is not looked at again', async () => {
  const code = { place: 'OBX-3', source: 'L', code: 'x', target: TARGET, isRequired: false };
  const task = await delivery.workItems.raiseCode('lab', code);
  await clinic.send('PUT', task, { ...(await read(task)), status: 'completed' });
  expect(await delivery.workItems.takeCodeAnswers()).toEqual([]);
  expect(await read(task)).toMatchObject({ businessStatus: { coding: [{ code: 'no-answer' }] } });
});

test('a preview tells what would change and writes nothing', async () => {
  const message = messageOf([patientEntry(['preview'], { said: { gender: 'male' } })]);
  const before = await delivery.preview(message);
  expect(before).toMatchObject({ wasApplied: false, changes: [{ kind: 'create', after: { gender: 'male' } }] });
  expect(await clinic.search('Patient?identifier=preview')).toEqual([]);
  await delivery.deliver([message]);
  expect(await delivery.preview(message)).toEqual({ wasApplied: true, changes: [], superseded: [], merges: [] });
  const later = messageOf([patientEntry(['preview'], { clears: ['gender'] })]);
  const { changes } = await delivery.preview(later);
  expect(changes).toMatchObject([{ kind: 'update', before: { gender: 'male' } }]);
  expect(changes[0]?.after).not.toHaveProperty('gender');
  const partner = { ...LAB, patients: { ...LAB.patients, mayCreate: false } };
  expect(await delivery.preview(messageOf([patientEntry(['preview-2'])], { partner }))).toMatchObject({
    parked: { reason: 'patient-unknown' },
    changes: [],
  });
});
