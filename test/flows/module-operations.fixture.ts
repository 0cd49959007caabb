import { testSigner } from '../harness/test-signer.ts';
import type { ModuleHost } from '../../server/module-host/operation-context.ts';
import { moduleOperations } from '../../server/module-host/operations.ts';
import type { Operation } from '../../server/fhir/operations/operation.ts';
import { defineOperation } from '../../server/sdk/operation.ts';
import { fault } from '../../server/kernel/fault.ts';
import type { TestEngine } from '../harness/test-engine.ts';

const echo = defineOperation({
  code: 'echo',
  title: 'Echo',
  text: 'Answers what it was asked.',
  levels: ['system', 'type'],
  types: ['Patient'],
  affectsState: false,
  input: {
    word: { type: 'string', min: 1, text: 'Any word.' },
    amount: { type: 'decimal', text: 'Any number.' },
    when: { type: 'dateTime', text: 'Any time.' },
    mode: { type: 'code', text: 'How.', oneOf: ['loud', 'quiet'] },
    count: { type: 'positiveInt', max: '*', text: 'Any numbers from 1 on.' },
    flag: { type: 'boolean', text: 'Whether.' },
    size: { type: 'Quantity', text: 'Any quantity.' },
    thing: { type: 'Resource', text: 'Any resource.' },
  },
  output: {
    word: { type: 'string', min: 1, text: 'The word.' },
    amount: { type: 'decimal', text: 'The number.' },
    when: { type: 'dateTime', text: 'The time.' },
    mode: { type: 'code', text: 'How.' },
    count: { type: 'positiveInt', max: '*', text: 'The numbers.' },
    flag: { type: 'boolean', text: 'Whether.' },
    size: { type: 'Quantity', text: 'The quantity.' },
    thing: { type: 'Resource', text: 'The resource.' },
    level: { type: 'string', text: 'Where it was called.' },
  },
  run: async (_context, { type, input }) => ({ ...input, level: type ?? 'system' }),
});

/** Renames a patient and writes a Basic beside it; `fail` refuses in the end. */
const rename = defineOperation({
  code: 'rename',
  title: 'Rename',
  text: 'Gives a patient another family name.',
  levels: ['instance'],
  types: ['Patient'],
  affectsState: true,
  input: {
    family: { type: 'string', min: 1, text: 'The new name.' },
    fail: { type: 'boolean', text: 'Whether it is refused after all.' },
  },
  output: {},
  run: async (context, { id = '', input }) =>
    context.inTransaction(async (clinic) => {
      await clinic.change('Patient', id, (before) => ({ ...before, name: [{ family: input.family }] }));
      await clinic.create({
        resourceType: 'Basic',
        code: { text: 'renamed' },
        subject: { reference: `Patient/${id}` },
      });
      if (input.fail === true) throw fault('sample.refused', 422, 'business-rule', 'Not on this day.');
      return {};
    }),
});

/** What the caller may not read, counted by the server. */
const census = defineOperation({
  code: 'census',
  title: 'Census',
  text: 'How many patients there are.',
  levels: ['system'],
  affectsState: false,
  input: {},
  output: { own: { type: 'integer', text: 'Those that you may see.' }, all: { type: 'integer', text: 'All.' } },
  run: async (context) => ({
    own: await context.count('Patient', ''),
    all: await context.asServer((clinic) => clinic.count('Patient', '')),
  }),
});

const broken = defineOperation({
  code: 'broken',
  title: 'Broken',
  text: 'Answers what it did not declare.',
  levels: ['system'],
  affectsState: false,
  input: {},
  output: {},
  run: async () => ({ surprise: 1 }),
});

/** Tenants that have the module of the operations disabled. */
export const disabled = new Set<number>();

export const sampleHost: ModuleHost = {
  isEnabled: (tenant) => !disabled.has(tenant),
  projection: () => Promise.reject(new Error('the sample has no projections')),
  definitions: () => {
    throw new Error('none');
  },
  signer: testSigner,
  log: () => undefined,
  setting: () => '',
};

export function sampleOperations({ engine }: TestEngine): readonly Operation[] {
  const contributed = [echo, rename, census, broken].map((operation) => ({ module: 'sample', operation }));
  return moduleOperations(contributed, engine.operations, engine.settings.baseUrl, sampleHost);
}
