import { draftOf } from '../reading/draft.fixture.ts';
import { timingOfTq, timingOfTq1, type OrderTiming } from './timing.ts';

function tq1(fields: string): OrderTiming {
  const draft = draftOf(`TQ1|${fields}`);
  const segment = draft.first('TQ1');
  if (segment === undefined) throw new Error('no TQ1');
  return timingOfTq1(segment, draft);
}

function tq(value: string): OrderTiming {
  const draft = draftOf(`ORC|NW||||||${value}`);
  const found = draft.first('ORC')?.value(7);
  if (found === undefined) throw new Error('no ORC-7');
  return timingOfTq(found, draft);
}

const GTS = 'http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation';
const V2 = 'http://terminology.hl7.org/CodeSystem/v2-0335';

test.each([
  ['BID', { code: { coding: [{ system: GTS, code: 'BID' }] } }],
  ['q6h', { repeat: { frequency: 1, period: 6, periodUnit: 'h' }, code: { coding: [{ system: GTS, code: 'Q6H' }] } }],
  ['Q12H', { repeat: { frequency: 1, period: 12, periodUnit: 'h' }, code: { coding: [{ system: V2, code: 'Q12H' }] } }],
  ['Q2D', { repeat: { frequency: 1, period: 2, periodUnit: 'd' }, code: { coding: [{ system: V2, code: 'Q2D' }] } }],
  ['twice a day', { code: { text: 'twice a day' } }],
  ['^DW^1^5', { repeat: { dayOfWeek: ['mon', 'tue', 'wed', 'thu', 'fri'] } }],
  ['^DW^6^1', { repeat: { dayOfWeek: ['sat', 'sun', 'mon'] } }],
  ['^^^^2^d&Day&UCUM', { repeat: { period: 2, periodUnit: 'd' } }],
  ['^^^^^^^PC^30^min', { repeat: { when: ['PC'], offset: 30 } }],
  ['^^^^^^^ACM^2^h', { repeat: { when: ['ACM'], offset: 120 } }],
])('RPT %s', (pattern, timing) => {
  expect(tq1(`1||${pattern}`).timing).toEqual(timing);
});

test('as needed, by pattern or priority', () => {
  expect(tq1('1||PRNBID')).toMatchObject({ isAsNeeded: true, timing: { code: { coding: [{ code: 'BID' }] } } });
  expect(tq1('1||||||||PRN')).toMatchObject({ isAsNeeded: true });
  expect(tq1('1||BID').isAsNeeded).toBe(false);
});

test('a start alone is a moment; with a pattern it bounds the pattern', () => {
  expect(tq1('1||||||20240301')).toMatchObject({ start: '2024-03-01' });
  expect(tq1('1||BID||||20240301|20240305').timing).toMatchObject({
    repeat: { boundsPeriod: { start: '2024-03-01', end: '2024-03-05' } },
  });
  expect(tq1('1||BID|||5^d').timing).toMatchObject({ repeat: { boundsDuration: { value: 5, code: 'd' } } });
});

test('explicit times, count, duration and texts', () => {
  expect(tq1('1|2^mg|BID|0800~2000|||||S|if fever|take with food||30^min|6')).toMatchObject({
    quantity: { value: 2, code: 'mg' },
    timing: { repeat: { timeOfDay: ['08:00:00', '20:00:00'], duration: 30, durationUnit: 'min', count: 6 } },
    priority: 'stat',
    condition: 'if fever',
    instruction: 'take with food',
  });
});

test.each([
  ['1^BID^D7^20240301^20240307^S', { priority: 'stat', timing: { repeat: { boundsPeriod: { start: '2024-03-01' } } } }],
  ['^BID^D7', { timing: { repeat: { boundsDuration: { value: 7, code: 'd' } }, code: { coding: [{ code: 'BID' }] } } }],
  ['^QID&0600,1200', { timing: { repeat: { timeOfDay: ['06:00:00', '12:00:00'] } } }],
  ['^^^20240301', { start: '2024-03-01' }],
  ['^^^^^ROUTINE', { priority: 'routine' }],
])('TQ %s', (value, expected) => {
  expect(tq(value)).toMatchObject(expected);
});

test('a period that ends before it begins has no end, which stays unread', () => {
  const draft = draftOf('ORC|NW||||||^BID^^202403101800^202403100957');
  const found = draft.first('ORC')?.value(7);
  expect(found && timingOfTq(found, draft).timing).toMatchObject({
    repeat: { boundsPeriod: { start: '2024-03-10T18:00:00+01:00' } },
  });
  expect(draft.finish().unread).toContain('ORC[1]-7.5');
});
