import { isShort, passwordProblem } from './password-policy.ts';

const personal = ['anna.berg@clinic.example'];

test.each([
  ['violet otter gravel', false, undefined],
  ['violet otter', false, 'at least 15'],
  ['violet-otter-37', false, undefined],
  ['x7!kQ9zLw2', true, undefined],
  ['x7!kQ9z', true, 'at least 8'],
  ['password1', true, 'most common'],
  ['PASSWORD1', true, 'most common'],
  ['passwordpassword', false, 'most common'],
  ['aaaaaaaaaaaaaaaaaaaa', false, 'too easy'],
  ['qwertyuiopasdfghjkl', false, 'too easy'],
  ['annabergannaberg', false, 'too easy'],
  ['12345678901234567', false, 'too easy'],
  ['x'.repeat(257), false, 'at most 256'],
  ['   ', false, 'at least 15'],
])('%s with a second factor: %s → %s', (password, hasFactor, problem) => {
  const found = passwordProblem(password, { hasFactor, personal });
  if (problem === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(problem);
});

test('characters are counted, not their parts', () => {
  expect(isShort('🦊'.repeat(15))).toBe(false);
  expect(isShort('🦊'.repeat(14))).toBe(true);
});

test('hostile passwords are judged within bounds', () => {
  const start = performance.now();
  passwordProblem('Aa1@4$sS5zZ2'.repeat(30).slice(0, 256), { hasFactor: true, personal: ['a'.repeat(254)] });
  expect(performance.now() - start).toBeLessThan(2000);
});
