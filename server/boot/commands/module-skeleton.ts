import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Makes a module that works: a manifest, a rule, an operation, and a test of them.
 * @param folder where modules are
 * @returns the paths of its files, below `folder`
 * @throws Error when the name is none or there is something of that name
 */
export function writeSkeleton(folder: string, name: string): readonly string[] {
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) {
    throw new Error('NAME has 1 to 40 of a-z, 0-9 and "-", and begins with a letter');
  }
  if (existsSync(join(folder, name))) throw new Error(`${join(folder, name)} is there already; choose another name`);
  const files = skeleton(name);
  for (const [path, text] of files) {
    const file = join(folder, name, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return files.map(([path]) => `${name}/${path}`);
}

function skeleton(name: string): readonly (readonly [path: string, text: string])[] {
  const title = titleOf(name);
  return [
    [
      'manifest.ts',
      `import { defineModule } from '#sdk';

export default defineModule({
  name: '${name}',
  title: '${title}',
  version: '0.1.0',
  depends: [],
  contributes: {},
  code: () => import('./code.ts'),
});
`,
    ],
    [
      'code.ts',
      `import type { ModuleCode } from '#sdk';
import { count } from './operations/count.ts';
import { noteHasSubject } from './rules/note-has-subject.ts';

export const code: ModuleCode = {
  rules: [noteHasSubject],
  operations: [count],
};
`,
    ],
    [
      'api.ts',
      `/** What other modules may import of this one, as #modules/${name}. */
export const NOTE = { system: 'https://athanor.health/fhir/CodeSystem/module', code: '${name}' };
`,
    ],
    [
      'faults.ts',
      `import { defineFaults } from '#sdk';

export const faults = defineFaults('${name}', {
  noSubject: {
    status: 422,
    issue: 'business-rule',
    text: 'A note of ${title} needs a subject: whom or what it is about.',
  },
});
`,
    ],
    [
      'rules/note-has-subject.ts',
      `import { defineRule } from '#sdk';
import { NOTE } from '../api.ts';
import { faults } from '../faults.ts';

/** Holds on every path that writes. */
export const noteHasSubject = defineRule({
  name: '${name}-note-has-subject',
  on: 'Basic',
  check({ after }) {
    const isNote = after?.code.coding?.some(({ system, code }) => system === NOTE.system && code === NOTE.code);
    if (isNote === true && after?.subject === undefined) throw faults.noSubject();
  },
});
`,
    ],
    [
      'operations/count.ts',
      `import { defineOperation } from '#sdk';
import { NOTE } from '../api.ts';

/** GET [base]/$${name}-count */
export const count = defineOperation({
  code: '${name}-count',
  title: 'Count notes',
  text: 'How many notes there are that the caller may see.',
  levels: ['system'],
  affectsState: false,
  input: {},
  output: { count: { type: 'integer', min: 1, text: 'The number of notes.' } },
  run: async (context) => ({ count: await context.count('Basic', \`code=\${NOTE.system}|\${NOTE.code}\`) }),
});
`,
    ],
    [
      `${name}.test.ts`,
      `import { testClinic } from '#sdk/testing';
import { NOTE } from './api.ts';

const clinic = testClinic(import.meta.dirname);
const note = { resourceType: 'Basic', code: { coding: [NOTE] } } as const;

test('a note needs a subject', async () => {
  const { status, body } = await clinic.send('POST', 'Basic', note);
  expect(status).toBe(422);
  expect(body.issue?.[0]?.details.text).toContain('subject');
});

test('notes are counted', async () => {
  const patient = await clinic.store({ resourceType: 'Patient' });
  await clinic.store({ ...note, subject: { reference: \`Patient/\${patient.id}\` } });
  const { body } = await clinic.get('$${name}-count');
  expect(body.parameter).toEqual([{ name: 'count', valueInteger: 1 }]);
});
`,
    ],
    [
      'README.md',
      `# ${title}

What this module is for, what it keeps true, and what others may use of it (\`api.ts\`).

| part | what it does |
| --- | --- |
| \`rules/note-has-subject.ts\` | refuses a note without a subject |
| \`operations/count.ts\` | \`GET [base]/$${name}-count\`: the number of notes |

\`npm test -- modules/${name}\` runs its test. How modules work: \`modules/README.md\`.
`,
    ],
  ];
}

function titleOf(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('-', ' ')}`;
}
