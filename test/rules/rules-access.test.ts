import type { Access } from '../../server/access/access.ts';
import { defineRule } from '../../server/sdk/index.ts';
import { ask, type Reply } from '../access/ask.ts';
import { accessByCriteria, EVERYTHING } from '../access/criteria-access.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';
import { extendWithRules } from './ruled-server.ts';

/** A rule works with the server's rights on the whole resource; its writer learns and loses nothing by it. */
let open: TestEngine;
let clerk: Access;

/** Refers to a doctor whom the clerk may not read, and copies what the clerk may not see to where they see it not either. */
const assigning = defineRule<'Patient'>({
  name: 'assigning',
  on: 'Patient',
  change({ before, after }) {
    if (after === undefined) return undefined;
    const multipleBirthInteger = (before?.multipleBirthInteger ?? 0) + 1;
    return { ...after, generalPractitioner: [{ reference: 'Practitioner/hidden' }], multipleBirthInteger };
  },
});

const leaving = defineRule<'Task'>({
  name: 'leaving',
  on: 'Task',
  change: ({ after }) => (after?.status === 'accepted' ? { ...after, status: 'rejected' } : undefined),
});

beforeAll(async () => {
  open = await openTestEngine({ validation: 'structure' });
  extendWithRules(open, { rules: [assigning, leaving] });
  clerk = accessByCriteria(open.engine, {
    types: { Patient: '*', Task: 'status=requested,accepted' },
    hidden: ['Patient.birthDate', 'Patient.multipleBirth'],
  });
  await store({ resourceType: 'Practitioner', id: 'hidden' });
});
afterAll(() => open.close());

const put = (access: Access, body: { resourceType: string; id: string }): Promise<Reply> =>
  ask(open.engine, access, { method: 'PUT', url: `${body.resourceType}/${body.id}`, body });

async function store(resource: { resourceType: string; id: string }): Promise<void> {
  const { status, text } = await put(EVERYTHING, resource);
  if (status >= 300) throw new Error(text);
}

async function stored(url: string): Promise<Record<string, unknown>> {
  return JSON.parse((await ask(open.engine, EVERYTHING, { method: 'GET', url })).text) as Record<string, unknown>;
}

test('what a rule adds may point to what the writer may not read', async () => {
  const made = await put(clerk, { resourceType: 'Patient', id: 'new' });
  expect(made.status).toBe(201);
  expect(await stored('Patient/new')).toMatchObject({ generalPractitioner: [{ reference: 'Practitioner/hidden' }] });
  // They may not do so themselves.
  const own = { resourceType: 'Patient', id: 'own', managingOrganization: { reference: 'Organization/none' } };
  expect((await put(clerk, own)).status).toBe(422);
});

test('what is hidden from the writer is seen by the rule, kept, changed by it, and not answered', async () => {
  await store({ resourceType: 'Patient', id: 'known', birthDate: '1990-12-10', active: true } as never);
  const changed = await put(clerk, { resourceType: 'Patient', id: 'known', gender: 'male' } as never);
  expect(changed.status).toBe(200);
  expect(changed.text).not.toMatch(/birthDate|multipleBirth/);
  expect(await stored('Patient/known')).toMatchObject({
    birthDate: '1990-12-10',
    gender: 'male',
    multipleBirthInteger: 2,
  });
});

test('a writer may write what a rule makes something that they may not see', async () => {
  const task = { resourceType: 'Task', id: 'a', status: 'accepted', intent: 'order' };
  await store({ ...task, status: 'requested' } as never);
  const { status, text } = await put(clerk, task);
  expect([status, text]).toEqual([200, '']);
  expect(await stored('Task/a')).toMatchObject({ status: 'rejected' });
  // What they send themselves is judged as ever.
  const body = { ...task, id: undefined, status: 'completed' };
  const answer = await ask(open.engine, clerk, { method: 'POST', url: 'Task', body });
  expect(answer.status).toBe(403);
});
