import { Fault } from '../kernel/fault.ts';
import type { BotDescription } from './bot.ts';
import { codeOf, sourceOf, withCode } from './bot-code.ts';
import { libraryOf } from './library-of.ts';
import { readBot } from './read-bot.ts';

const FULL: BotDescription = {
  name: 'appointment-reminder',
  title: 'Reminds',
  triggers: [
    { kind: 'subscription', criteria: 'Appointment?status=booked', interactions: ['create'] },
    { kind: 'schedule', cron: '0 7 * * *', zone: 'Europe/Berlin' },
    { kind: 'hl7', event: 'ORU^R01' },
    { kind: 'execute' },
  ],
  callers: ['nurse', 'lab'],
  client: '0198c0de-0000-7000-8000-000000000001',
  hosts: ['api.example.org', '10.0.0.7:8443'],
  secrets: ['api-key'],
  limits: { cpu: 200, wall: 5000, hostCalls: 10 },
};
const source = { language: 'typescript', text: 'export default async () => "ä"' } as const;

test('a Library says all that there is to a bot', () => {
  const library = libraryOf(FULL, source);
  expect(readBot(library)).toEqual(FULL);
  expect(sourceOf(library)).toEqual(source);
});

test('what is compiled stands beside the source, once', () => {
  const twice = withCode(withCode(libraryOf(FULL, source), 'one'), 'two');
  expect([sourceOf(twice), codeOf(twice)]).toEqual([source, 'two']);
});

test.each<[string, Partial<BotDescription>]>([
  ['a bot needs an identifier', { name: 'Not A Name' }],
  ['a bot has 1 to 20 triggers', { triggers: [] }],
  ['an hl7 event is written', { triggers: [{ kind: 'hl7', event: 'ORU' }] }],
  ['needs the roles', { callers: [] }],
  ['a host is a name', { hosts: ['https://example.org/'] }],
  ['a host is a name', { hosts: ['example.org/path'] }],
  ['a host is a name', { hosts: ['user@example.org'] }],
  ['at most 20', { hosts: Array.from({ length: 21 }, (_, index) => `h${index}.example.org`) }],
  ['the name of a secret', { secrets: ['../x'] }],
  ['a client is named', { client: 'a b' }],
])('%s: refused', (text, change) => {
  const faults = (): unknown => readBot(libraryOf({ ...FULL, ...change }, source));
  expect(faults).toThrow(Fault);
  expect(faults).toThrow(new RegExp(text, 'i'));
});

test.each([
  [
    'two in one',
    [
      { url: 'cron', valueString: '* * * * *' },
      { url: 'execute', valueBoolean: true },
    ],
  ],
  ['none', []],
  [
    'an unknown interaction',
    [
      { url: 'criteria', valueString: 'Patient' },
      { url: 'interaction', valueCode: 'patch' },
    ],
  ],
])('a trigger with %s is refused', (_what, extension) => {
  const library = libraryOf({ ...FULL, triggers: [] }, source);
  const url = 'https://athanor.health/fhir/StructureDefinition/bot-trigger';
  expect(() => readBot({ ...library, extension: [{ url, extension }] })).toThrow(Fault);
});
