import dimse from 'dcmjs-dimse';
import { messageCheck, type AgreedContext } from './message-check.ts';
import type { DataSet } from './data-set.ts';

const FIND = 0x0020;
const CONTEXTS = new Map<number, AgreedContext>([
  [1, { isExplicit: false, commands: [0x0030] }],
  [3, { isExplicit: true, commands: [FIND, 0x0fff] }],
]);

function commandOf(elements: Record<string, unknown>): Buffer {
  return new dimse.Dataset(elements).getDenaturalizedCommandDataset();
}
const echo = commandOf({ CommandField: 0x0030, MessageID: 1, CommandDataSetType: 0x0101 });
const find = commandOf({ CommandField: FIND, MessageID: 2, CommandDataSetType: 0x0202 });
const cancel = commandOf({ CommandField: 0x0fff, MessageIDBeingRespondedTo: 2, CommandDataSetType: 0x0101 });
const keys = new dimse.Dataset({ PatientID: '1' }, '1.2.840.10008.1.2.1').getDenaturalizedDataset();
const implicitKeys = new dimse.Dataset({ PatientID: '1' }).getDenaturalizedDataset();

type Part = readonly [kind: 'command' | 'data', context: number, bytes: Buffer];

test.each<[string, readonly Part[], boolean]>([
  ['an echo', [['command', 1, echo]], true],
  [
    'a query, and its end',
    [
      ['command', 3, find],
      ['data', 3, keys],
      ['command', 3, cancel],
    ],
    true,
  ],
  [
    'two queries',
    [
      ['command', 3, find],
      ['data', 3, keys],
      ['command', 3, find],
      ['data', 3, keys],
    ],
    true,
  ],
  ['a context that nobody agreed on', [['command', 5, echo]], false],
  ['a command of another context', [['command', 3, echo]], false],
  [
    'a command that is not served',
    [['command', 3, commandOf({ CommandField: 1, MessageID: 1, CommandDataSetType: 0x0202 })]],
    false,
  ],
  ['no number', [['command', 3, commandOf({ CommandField: FIND, CommandDataSetType: 0x0202 })]], false],
  [
    'a query without keys',
    [['command', 3, commandOf({ CommandField: FIND, MessageID: 1, CommandDataSetType: 0x0101 })]],
    false,
  ],
  ['a data set first', [['data', 3, keys]], false],
  [
    'a command in the place of a data set',
    [
      ['command', 3, find],
      ['command', 1, echo],
    ],
    false,
  ],
  [
    'a data set in another context',
    [
      ['command', 3, find],
      ['data', 1, implicitKeys],
    ],
    false,
  ],
  [
    'a data set in another form',
    [
      ['command', 3, find],
      ['data', 3, implicitKeys],
    ],
    false,
  ],
  [
    'a data set that is cut',
    [
      ['command', 3, find],
      ['data', 3, keys.subarray(0, 5)],
    ],
    false,
  ],
  ['noise', [['command', 3, Buffer.alloc(64, 0xab)]], false],
  ['nothing', [['command', 3, Buffer.alloc(0)]], false],
  ['a data set as a command', [['command', 1, implicitKeys]], false],
])('%s', (_name, parts, expected) => {
  const sets: DataSet[] = [];
  const isAccepted = messageCheck(CONTEXTS, (set) => sets.push(set));
  const answers = parts.map(([kind, context, bytes]) => isAccepted({ isCommand: kind === 'command', context, bytes }));
  expect(answers).toEqual(parts.map((_part, place) => expected || place < parts.length - 1));
  expect(sets).toEqual(
    answers.flatMap((taken, place) => (taken && parts[place]?.[0] === 'data' ? [{ PatientID: '1' }] : [])),
  );
});
