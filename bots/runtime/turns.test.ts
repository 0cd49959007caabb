import { createTurns } from './turns.ts';

test.each([
  { name: 'one tenant in order', added: ['a1', 'a2', 'a3'], expected: ['a1', 'a2', 'a3'] },
  { name: 'tenants take turns', added: ['a1', 'a2', 'a3', 'b1', 'b2'], expected: ['a1', 'b1', 'a2', 'b2', 'a3'] },
  {
    name: 'who comes late is behind the others once',
    added: ['a1', 'b1', 'c1', 'a2'],
    expected: ['a1', 'b1', 'c1', 'a2'],
  },
])('$name', ({ added, expected }) => {
  const turns = createTurns<string>();
  for (const item of added) turns.add(item.charCodeAt(0), item);
  expect(turns.waiting).toBe(added.length);
  expect(added.map(() => turns.next())).toEqual(expected);
  expect([turns.waiting, turns.next()]).toEqual([0, undefined]);
});
