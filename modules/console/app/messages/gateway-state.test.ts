import { spanText } from './gateway-state.ts';

test.each([
  [0, '0 s'],
  [59, '59 s'],
  [60, '1 min'],
  [3599, '59 min'],
  [7200, '2 h'],
  [172_800, '2 d'],
])('%i seconds are %s', (seconds, text) => {
  expect(spanText(seconds)).toBe(text);
});
