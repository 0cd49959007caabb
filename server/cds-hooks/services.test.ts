import { defineCdsService, type CdsService } from '../sdk/cds-service.ts';
import { readTemplate } from './prefetch-template.ts';
import { offeredServices } from './services.ts';

const GOOD = defineCdsService({
  id: 'good',
  hook: 'patient-view',
  title: '',
  text: '',
  run: () => Promise.resolve({ cards: [] }),
});

test.each<[string, readonly [string, Partial<CdsService>][], string]>([
  [
    'two of one id',
    [
      ['a', {}],
      ['b', {}],
    ],
    'CDS service good of module b has the id of one of module a',
  ],
  ['a bad id', [['a', { id: 'x/y' }]], 'CDS service x/y of module a'],
  ['an unknown hook', [['a', { hook: 'order-review' as never }]], 'no hook order-review'],
  [
    'an unknown token',
    [['a', { prefetch: { p: 'Patient/{{context.patient.id}}' } }]],
    'module a: the prefetch template',
  ],
])('%s stops the boot', (_what, services, message) => {
  const contributed = services.map(([module, more]) => ({ module, service: { ...GOOD, ...more } }));
  expect(() => offeredServices(contributed)).toThrow(message);
});

test.each([
  ['Patient/{{context.patientId}}', 'Patient/p'],
  ['Condition?patient={{ context.patientId }}&encounter={{context.encounterId}}', undefined],
  ['{{context.userId}}', 'PractitionerRole/r'],
  ['PractitionerRole?_id={{userPractitionerRoleId}}', 'PractitionerRole?_id=r'],
  ['Practitioner/{{userPractitionerId}}', undefined],
  ['Questionnaire?status=active', 'Questionnaire?status=active'],
])('%s', (template, query) => {
  expect(readTemplate(template).fill({ patientId: 'p', userId: 'PractitionerRole/r' })).toBe(query);
});
