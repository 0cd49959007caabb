import { AcceptabilityTable } from './acceptability.ts';

test('identifiers of all lengths, more than one table holds at first', () => {
  const table = new AcceptabilityTable();
  const description = (at: number): string => (at % 2 === 0 ? `${at}01` : `9000000000${String(at).padStart(6, '0')}01`);
  for (let at = 0; at < 100_000; at += 1) {
    table.set(description(at), 7, at % 3 === 0);
    if (at % 5 === 0) table.set(description(at), 9, false);
  }
  const wrong: string[] = [];
  for (let at = 0; at < 100_000; at += 1) {
    const { preferred, acceptable } = table.of(description(at));
    const expected = at % 3 === 0 ? '7;' : ';7';
    const also = at % 5 === 0 ? (at % 3 === 0 ? '9' : ',9') : '';
    if (`${preferred.join()};${acceptable.join()}` !== expected + also) wrong.push(description(at));
  }
  expect(wrong).toEqual([]);
  expect(table.of('123')).toEqual({ preferred: [], acceptable: [] });
});

test('sixteen dialects are one too many', () => {
  const table = new AcceptabilityTable();
  for (let refset = 0; refset < 15; refset += 1) expect(table.set('100012', refset, true)).toBe(true);
  expect(table.set('100012', 15, true)).toBe(false);
  expect(table.of('100012').preferred).toHaveLength(15);
});
