import { eventually } from '../../harness/eventually.ts';
import {
  ADMINISTRATOR,
  LAB_ONE,
  LAB_ONE_AGAIN,
  LAB_TWO,
  openBrowsedClinic,
  registration,
  result,
  valueIn,
  valuesIn,
  type BrowsedClinic,
  type Part,
} from './browsed-clinic.ts';

let clinic: BrowsedClinic;
beforeAll(async () => {
  clinic = await openBrowsedClinic();
  await clinic.receive(result('LAB', 'E-1', '900'), 'applied');
});
afterAll(() => clinic.close());

const textOf = (parts: readonly Part[]): string => String(valueIn(parts, 'text'));

test('a corrected text is applied when another person agrees, and not by its author, whichever account they use', async () => {
  const message = await clinic.receive(result('STRICT', 'E-2', '999'), 'parked');
  const { parts } = await clinic.call(LAB_ONE, 'hl7-message', { message });
  const text = textOf(parts).replace('999^^^MRN', '900^^^MRN');
  const proposed = await clinic.call(LAB_ONE, 'hl7-edit', { message, text, explanation: 'Digits were swapped.' });
  const proposal = valueIn(proposed.parts, 'proposal');
  expect(proposal).toEqual(expect.any(String));
  const decide = (who: object | undefined, decision: string) =>
    clinic.call(who, 'hl7-edit', { message, proposal, decision });
  for (const who of [LAB_ONE, LAB_ONE_AGAIN, ADMINISTRATOR, undefined]) {
    expect((await decide(who, 'approve')).status).toBe(403);
  }
  const shown = await clinic.call(LAB_TWO, 'hl7-message', { message });
  expect(shown.parts.find(({ name }) => name === 'proposal')?.part).toContainEqual({
    name: 'author',
    valueString: 'Practitioner/one',
  });
  const approved = await decide(LAB_TWO, 'approve');
  const corrected = valueIn(approved.parts, 'message');
  const applied = await eventually(
    () => clinic.call(LAB_TWO, 'hl7-message', { message: corrected }),
    (answer) => valueIn(answer.parts, 'state') === 'applied',
  );
  expect(valueIn(applied.parts, 'parent')).toBe(message);
  expect(valueIn((await clinic.call(LAB_TWO, 'hl7-message', { message })).parts, 'state')).toBe('superseded');
  expect((await decide(LAB_TWO, 'refuse')).status).toBe(409);
});

test('what is no message, or is not as its sender could write it, is not proposed', async () => {
  const message = await clinic.receive(result('STRICT', 'E-3', '998'), 'parked');
  const propose = (text: string, more: object = { explanation: 'Why' }) =>
    clinic.call(LAB_ONE, 'hl7-edit', { message, text, ...more });
  expect((await propose('Hello')).status).toBe(422);
  expect((await propose('MSH|^~\\&|x', {})).status).toBe(400);
  expect((await propose('MSH|^~\\&|x', { explanation: 'Why', decision: 'refuse' })).status).toBe(400);
  const other = await clinic.receive(result('STRICT', 'E-4', '997'), 'parked');
  const { parts } = await propose(result('STRICT', 'E-3', '900'));
  const proposal = valueIn(parts, 'proposal');
  const elsewhere = { message: other, proposal, decision: 'approve' };
  expect((await clinic.call(LAB_TWO, 'hl7-edit', elsewhere)).status).toBe(404);
  expect((await clinic.call(LAB_TWO, 'hl7-edit', { message, proposal, decision: 'refuse' })).status).toBe(200);
});

test('a dry run tells which values would change, and changes none', async () => {
  const message = await clinic.receive(result('STRICT', 'E-5', '996'), 'parked');
  const waits = await clinic.call(LAB_ONE, 'hl7-preview', { message });
  expect(valueIn(waits.parts, 'reason')).toBe('patient-unknown');
  const changesOf = (answer: { readonly parts: readonly Part[] }, type: string): Part | undefined =>
    answer.parts.find((each) => each.name === 'change' && valueIn(each, 'type') === type);
  const measured = await clinic.call(LAB_ONE, 'hl7-preview', { message, text: result('STRICT', 'E-5', '900', '7.20') });
  const observation = changesOf(measured, 'Observation');
  expect(valueIn(observation, 'kind')).toBe('create');
  expect(JSON.stringify(observation)).toContain('"7.20"');
  expect(valuesIn(measured.parts, 'unread').join(' ')).toContain('ZXX');
  const renamed = await clinic.call(LAB_ONE, 'hl7-preview', { message, text: registration('E-5', '900', 'Doe^Joan') });
  const patient = changesOf(renamed, 'Patient');
  expect(valueIn(patient, 'kind')).toBe('update');
  expect(patient?.part).toContainEqual({
    name: 'element',
    part: [
      { name: 'path', valueString: 'name[0].given[0]' },
      { name: 'before', valueString: 'Jané' },
      { name: 'after', valueString: 'Joan' },
    ],
  });
  const { body } = await clinic.get('Patient?identifier=https://lab.example/patients|900');
  expect(JSON.stringify(body)).toContain('Jané');
});

test('a dry run does not tell values that its user may not see', async () => {
  const [patient] = (await clinic.get('Patient?identifier=https://lab.example/patients|900')).body.entry ?? [];
  const confidential = { meta: { security: [{ system: V3, code: 'V' }] } };
  const path = `Patient/${String(patient?.resource?.id)}`;
  expect((await clinic.send('PUT', path, { ...patient?.resource, ...confidential })).status).toBe(200);
  const message = await clinic.receive(result('STRICT', 'E-6', '995'), 'parked');
  const text = registration('E-6', '900', 'Doe^Joan');
  const hidden = await eventually(
    () => clinic.call(LAB_ONE, 'hl7-preview', { message, text }),
    (answer) => answer.text.includes('hidden'),
  );
  expect(hidden.text).toContain('"hidden"');
  expect(hidden.text).not.toContain('Jané');
  expect(hidden.text).not.toContain(path);
  expect((await clinic.call(undefined, 'hl7-preview', { message, text })).text).toContain('Jané');
});

const V3 = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
