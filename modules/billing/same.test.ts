import { decimalText, setDecimal } from '#sdk';
import { changedAmong, isSame, withDigitsOf } from './same.ts';

const money = (text: string) => setDecimal({ value: 0, currency: 'EUR' }, 'value', text);

test.each([
  [money('100.00'), money('100'), true],
  [money('100.00'), money('100.01'), false],
  [[money('1.0')], [money('1')], true],
  [[money('1')], [money('1'), money('1')], false],
  [{ a: 1, b: undefined }, { a: 1 }, true],
  [[], {}, false],
  ['1', 1, false],
  [null, undefined, false],
])('%j and %j say the same: %s', (a, b, expected) => {
  expect(isSame(a, b)).toBe(expected);
});

test('what says the same keeps the digits that were stored', () => {
  const [before, after] = [
    { net: money('5.00'), gross: money('6.00') },
    { net: money('5'), gross: money('7') },
  ];
  const kept = withDigitsOf(before, after, ['net', 'gross']);
  expect([decimalText(kept.net, 'value'), decimalText(kept.gross, 'value')]).toEqual(['5.00', '7']);
  expect(changedAmong(before, after, ['net', 'gross'])).toEqual(['gross']);
});
