import fc from 'fast-check';
import { decimalRoot } from './decimal-root.ts';
import { statisticOf, STATISTICS, type Statistic } from './statistics.ts';

const eight = ['2', '4', '4', '4', '5', '5', '7', '9'];

test.each<[Statistic, readonly string[], string | undefined]>([
  ['average', ['0.1', '0.2'], '0.15'],
  ['average', ['1', '2', '2'], '1.66666666666666667'],
  ['sum', ['0.1', '0.2', '0.30'], '0.6'],
  ['minimum', ['10', '9', '-1'], '-1'],
  ['maximum', ['10', '9', '-1'], '10'],
  ['minimum', ['-13.30', '-13.3', '0.0'], '-13.3'],
  ['minimum', ['-13.3', '-13.30', '0.0'], '-13.3'],
  ['median', ['3', '1', '2'], '2'],
  ['median', ['4', '1', '2', '3'], '2.5'],
  ['median', ['7.10'], '7.1'],
  ['variance', eight, '4.57142857142857143'],
  ['variance', ['5'], undefined],
  ['std-dev', ['1', '3', '5'], '2'],
  ['std-dev', ['5'], undefined],
  ['20-percent', eight, '4'],
  ['80-percent', eight, '7'],
  ['4-lower', eight, '4'],
  ['4-upper', eight, '5'],
  ['4-dev', eight, '0.5'],
  ['5-1', eight, '4'],
  ['5-4', eight, '7'],
  ['skew', ['1', '2', '3'], '0'],
  ['skew', eight, '0.65625'],
  ['kurtosis', eight, '-0.21875'],
  ['skew', ['2', '2'], undefined],
  ['average', [], undefined],
])('%s of %j is %s', (statistic, values, expected) => {
  expect(statisticOf(statistic, values)).toBe(expected);
});

test.each([
  ['0', '0'],
  ['2.25', '1.5'],
  ['2', '1.414213562373095048'],
  ['1000000', '1000'],
])('the root of %s is %s', (value, root) => expect(decimalRoot(value)).toBe(root));

test.each(['-1', 'x', '1e3'])('%s has no root', (value) => expect(() => decimalRoot(value)).toThrow(RangeError));

test('no statistic depends on the order of the values', () => {
  const value = fc.tuple(fc.integer({ min: -9999, max: 9999 }), fc.integer({ min: 0, max: 99 }));
  const values = fc.array(
    value.map(([whole, part]) => `${whole}.${part}`),
    { minLength: 1, maxLength: 12 },
  );
  fc.assert(
    fc.property(values, (all) => {
      for (const statistic of STATISTICS) {
        expect(statisticOf(statistic, [...all].reverse())).toBe(statisticOf(statistic, all));
      }
    }),
    { examples: [[['-13.30', '-13.3', '0.0']]] },
  );
});
