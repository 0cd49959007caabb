import { shapedStatement } from './shaped-statement.ts';

test('a shape is put together once, and after too many of them statements are no longer prepared', () => {
  let made = 0;
  const make = (): string => `select ${(made += 1)}`;
  expect(shapedStatement('a', [1], make)).toEqual({ name: 'a', text: 'select 1', values: [1] });
  expect(shapedStatement('a', [2], make)).toEqual({ name: 'a', text: 'select 1', values: [2] });
  for (let index = 0; index < 600; index += 1) shapedStatement(`b${index}`, [], make);
  expect(shapedStatement('late', [], () => 'select 0')).toEqual({ text: 'select 0', values: [] });
  expect(shapedStatement('a', [], make).name).toBe('a');
});
