import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeSkeleton } from '../../server/boot/commands/module-skeleton.ts';
import { runTestsIn } from './nested-jest.ts';

const MADE = join(import.meta.dirname, `made-${process.pid}`);

beforeAll(() => mkdirSync(MADE));
afterAll(() => rmSync(MADE, { recursive: true, force: true }));

test('what `athanor module new` makes passes its test at once', () => {
  const files = writeSkeleton(MADE, 'home-visits');
  expect([...files].sort()).toContain('home-visits/home-visits.test.ts');
  const { status, output } = runTestsIn(join(MADE, 'home-visits'));
  expect(output).toContain('2 passed');
  expect(status).toBe(0);
}, 120_000);

test.each([
  ['home-visits', /is there already; choose another name/],
  ['Home', /NAME has 1 to 40 of a-z/],
  ['../escape', /NAME has 1 to 40 of a-z/],
])('%s is refused', (name, message) => {
  const before = readdirSync(MADE);
  expect(() => writeSkeleton(MADE, name)).toThrow(message);
  expect(readdirSync(MADE)).toEqual(before);
});
