import * as fc from 'fast-check';
import { buildMessage, type OutgoingField } from './build-message.ts';
import { parseMessage } from './parse-message.ts';

test('fields, components, subcomponents and repetitions; empty ends are left out', () => {
  const text = buildMessage([
    ['MSH', 'A', undefined, 'C', undefined],
    [
      'PID',
      '1',
      undefined,
      { repetitions: [['1', '', '', ['X', '1.2', 'ISO'], 'MR', ''], '2', ''] },
      undefined,
      [['Doe', ''], 'J|n'],
    ],
    ['NTE', undefined, { raw: '""' }, '""', 'a\nb', ''],
    ['ZZZ'],
  ]);
  expect(text.split('\r')).toEqual([
    'MSH|^~\\&|A||C',
    'PID|1||1^^^X&1.2&ISO^MR~2||Doe^J\\F\\n',
    'NTE||""|\\X22\\"|a\\X0A\\b',
    'ZZZ',
    '',
  ]);
});

test('what a peer has no delimiter for becomes a space', () => {
  const delimiters = { field: '|', component: '^', repetition: '', escape: '', subcomponent: '' };
  expect(buildMessage([['PID', { repetitions: [['a', ['b', 'c']], 'd'] }]], delimiters)).toBe('PID|a^b c d\r');
});

test('any text is read back from where it was written', () => {
  const text = fc.string({ unit: 'binary', maxLength: 12 }).map((value) => value.replaceAll('\0', ''));
  const components = fc.array(fc.array(text, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(components, { minLength: 1, maxLength: 3 }), (repetitions) => {
      const field: OutgoingField = { repetitions };
      const message = parseMessage(
        buildMessage([
          ['MSH', 'A'],
          ['ZZZ', field, 'end'],
        ]),
      );
      const [, read] = message.segments;
      repetitions.forEach((repetition, r) =>
        repetition.forEach((subcomponents, c) =>
          subcomponents.forEach((value, s) => expect(read?.get(1, r + 1, c + 1, s + 1)).toBe(value)),
        ),
      );
      expect(read?.get(2)).toBe('end');
    }),
  );
});
