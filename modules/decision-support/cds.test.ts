import type { ResourceOf } from '#sdk';
import { testClinic } from '#sdk/testing';
import { orderFor, overrideOf, woman } from './decision-support.fixture.ts';

const clinic = testClinic(import.meta.dirname);

interface Card {
  readonly summary: string;
  readonly detail: string;
  readonly indicator: string;
  readonly overrideReasons?: readonly { readonly code: string }[];
  readonly suggestions?: readonly {
    readonly label: string;
    readonly actions: readonly {
      readonly type: string;
      readonly resource?: ResourceOf<'DetectedIssue'>;
      readonly resourceId?: string;
    }[];
  }[];
}

const KEY = 'ssri-maoi:phenelzine+sertraline';

async function call(hook: string, patient: string, context: object, prefetch?: object): Promise<readonly Card[]> {
  const request = {
    hook,
    hookInstance: '0198c0de-0000-7000-8000-000000000001',
    context: { userId: 'Practitioner/doctor', patientId: patient.slice('Patient/'.length), ...context },
    ...(prefetch === undefined ? {} : { prefetch }),
  };
  // Services stand beside the FHIR base.
  const { status, body } = await clinic.send('POST', `../../cds-services/drug-${hook}`, request);
  expect([status, status === 200 ? undefined : body]).toEqual([200, undefined]);
  return body.cards as readonly Card[];
}

const bundleOf = (...resources: readonly object[]): object => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: resources.map((resource) => ({ resource })),
});

const draft = (subject: string, ingredient: string, id: string): object => ({
  ...orderFor(subject, ingredient, 'draft'),
  id,
});

async function onPhenelzine(): Promise<string> {
  const subject = `Patient/${(await clinic.store(woman)).id}`;
  await clinic.store(orderFor(subject, 'phenelzine'));
  return subject;
}

test('while a drug is chosen, a card warns and does not interrupt', async () => {
  const subject = await onPhenelzine();
  const draftOrders = bundleOf(draft(subject, 'sertraline', 'a'), draft(subject, 'loratadine', 'b'));
  const [card, ...more] = await call('order-select', subject, { selections: ['MedicationRequest/a'], draftOrders });
  expect(card).toMatchObject({ summary: 'Contraindicated: Sertraline and Phenelzine', indicator: 'warning' });
  expect(more).toEqual([]);
  expect(await call('order-select', subject, { selections: ['MedicationRequest/b'], draftOrders })).toEqual([]);
});

test('at signing it interrupts, with reasons to override it and what to do instead', async () => {
  const subject = await onPhenelzine();
  const draftOrders = bundleOf(draft(subject, 'sertraline', 'a'));
  const [card] = await call('order-sign', subject, { draftOrders });
  expect(card?.indicator).toBe('critical');
  expect(card?.detail).toContain('PMC3422823');
  expect(card?.overrideReasons?.map(({ code }) => code)).toContain('benefit-outweighs-risk');
  const [remove, record] = card?.suggestions ?? [];
  expect(remove?.actions).toEqual([expect.objectContaining({ type: 'delete', resourceId: 'MedicationRequest/a' })]);
  const issue = record?.actions[0]?.resource;
  expect(issue?.identifier?.[0]?.value).toBe(KEY);

  // Seen is not overridden: a contraindication is shown until somebody says why it is accepted.
  const seen = bundleOf(draft(subject, 'sertraline', 'a'), issue ?? {});
  const loud = (cards: readonly Card[]): readonly Card[] => cards.filter(({ indicator }) => indicator !== 'info');
  expect(loud(await call('order-sign', subject, { draftOrders: seen }))).toHaveLength(1);
  const overridden = bundleOf(draft(subject, 'sertraline', 'a'), overrideOf(subject, 'MedicationRequest/a', KEY));
  expect(loud(await call('order-sign', subject, { draftOrders: overridden }))).toEqual([]);
});

test('a warning that was seen while the drug was chosen is not repeated at signing', async () => {
  const subject = `Patient/${(await clinic.store(woman)).id}`;
  await clinic.store(orderFor(subject, 'oxycodone'));
  const order = draft(subject, 'diazepam', 'a');
  const chosen = await call('order-select', subject, {
    selections: ['MedicationRequest/a'],
    draftOrders: bundleOf(order),
  });
  const grave = chosen.find(({ indicator }) => indicator === 'warning');
  const issue = grave?.suggestions?.at(-1)?.actions[0]?.resource;
  const cards = await call('order-sign', subject, { draftOrders: bundleOf(order, issue ?? {}) });
  expect(cards.map(({ summary }) => summary)).not.toContain(grave?.summary);
});

test('orders that are written together are checked against each other', async () => {
  const subject = `Patient/${(await clinic.store(woman)).id}`;
  const draftOrders = bundleOf(draft(subject, 'sertraline', 'a'), draft(subject, 'phenelzine', 'b'));
  const cards = await call('order-sign', subject, { draftOrders });
  expect(cards.filter(({ indicator }) => indicator === 'critical')).toHaveLength(1);
});

test('an EHR with patients of its own sends what is to be looked at', async () => {
  const subject = 'Patient/elsewhere';
  const empty = { resourceType: 'Bundle', type: 'searchset' };
  const statement = {
    resourceType: 'MedicationStatement',
    id: 's',
    status: 'active',
    subject: { reference: subject },
    medicationCodeableConcept: { text: 'Nardil 15 mg tablet' },
  };
  const others = ['requests', 'ended', 'dispenses', 'administrations', 'allergies', 'conditions', 'observations'];
  const prefetch = {
    patient: { ...woman, id: 'elsewhere' },
    statements: { ...empty, entry: [{ resource: statement }] },
    ...Object.fromEntries(others.map((key) => [key, empty])),
  };
  const [card] = await call(
    'order-sign',
    subject,
    { draftOrders: bundleOf(draft(subject, 'sertraline', 'a')) },
    prefetch,
  );
  expect(card?.indicator).toBe('critical');
});

test('what cannot be checked is said on a card', async () => {
  const subject = `Patient/${(await clinic.store(woman)).id}`;
  const unknown = {
    ...orderFor(subject, 'sertraline', 'draft'),
    id: 'a',
    medicationCodeableConcept: { text: 'Wonderpill' },
  };
  const cards = await call('order-sign', subject, { draftOrders: bundleOf(unknown) });
  expect(cards).toEqual([
    expect.objectContaining({ indicator: 'info', summary: expect.stringContaining('Not checked: "Wonderpill"') }),
  ]);
});

test('whoever opens a chart sees what speaks against its orders, unless it was overridden', async () => {
  const subject = `Patient/${(await clinic.store(woman)).id}`;
  await clinic.store(orderFor(subject, 'oxycodone'));
  await clinic.store(orderFor(subject, 'diazepam'));
  const cards = await call('patient-view', subject, {});
  expect(cards.map(({ summary, indicator }) => [summary, indicator])).toEqual([
    [expect.stringMatching(/Diazepam and Oxycodone|Oxycodone and Diazepam/), 'warning'],
  ]);
});
