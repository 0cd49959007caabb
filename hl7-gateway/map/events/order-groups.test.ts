import { draftOf } from '../reading/draft.fixture.ts';
import { orderGroups, type GroupRules, type OrderGroup, type SegmentGroup } from './order-groups.ts';

/** `OBX[1]+NTE[1]` */
function shown({ segment, below }: SegmentGroup): string {
  return [segment, ...below].map(({ place }) => place).join('+');
}

function shownOrder({ order, details, results, specimens, charges, isPrior }: OrderGroup): object {
  return {
    ...(order === undefined ? {} : { order: shown(order) }),
    ...(details.length === 0 ? {} : { details: details.map(shown) }),
    ...(results.length === 0 ? {} : { results: results.map(shown) }),
    ...(specimens.length === 0
      ? {}
      : { specimens: specimens.map((each) => [shown(each), ...each.observations.map(shown)]) }),
    ...(charges.length === 0 ? {} : { charges: charges.map(shown) }),
    ...(isPrior ? { isPrior } : {}),
  };
}

function grouped(names: string, rules: GroupRules): readonly object[] {
  return orderGroups(draftOf(...names.split(' ')).segments, rules).map(({ patient, orders, charges }) => ({
    patient: patient.map(({ place }) => place).join(' '),
    ...(orders.length === 0 ? {} : { orders: orders.map(shownOrder) }),
    ...(charges.length === 0 ? {} : { charges: charges.map(shown) }),
  }));
}

test('results: notes belong to what is before them, OBX behind the specimen to it', () => {
  expect(grouped('PID PD1 PV1 ORC OBR NTE OBX NTE OBX SPM OBX NTE ORC OBR OBX', { specimens: 'within' })).toEqual([
    {
      patient: 'PID[1] PD1[1] PV1[1]',
      orders: [
        {
          order: 'ORC[1]',
          details: ['OBR[1]+NTE[1]'],
          results: ['OBX[1]+NTE[2]', 'OBX[2]'],
          specimens: [['SPM[1]', 'OBX[3]+NTE[3]']],
        },
        { order: 'ORC[2]', details: ['OBR[2]'], results: ['OBX[4]'] },
      ],
    },
  ]);
});

test('an OBR without ORC, and several OBR of one ORC', () => {
  expect(grouped('PID OBR OBX OBR OBX', { specimens: 'within' })).toEqual([
    {
      patient: 'PID[1]',
      orders: [
        { details: ['OBR[1]'], results: ['OBX[1]'] },
        { details: ['OBR[2]'], results: ['OBX[2]'] },
      ],
    },
  ]);
  expect(grouped('PID ORC OBR OBX OBR OBX', { specimens: 'within' })).toMatchObject([
    { orders: [{ order: 'ORC[1]' }, { order: 'ORC[1]', details: ['OBR[2]'] }] },
  ]);
});

test('a specimen before any result does not take the results', () => {
  expect(grouped('PID ORC OBR SPM OBX', { specimens: 'within' })).toMatchObject([
    { orders: [{ results: ['OBX[1]'], specimens: [['SPM[1]']] }] },
  ]);
});

test('several patients of one message are kept apart', () => {
  expect(grouped('PID OBR OBX PID OBR OBX', { specimens: 'within' })).toEqual([
    { patient: 'PID[1]', orders: [{ details: ['OBR[1]'], results: ['OBX[1]'] }] },
    { patient: 'PID[2]', orders: [{ details: ['OBR[2]'], results: ['OBX[2]'] }] },
  ]);
});

test('OUL R22: orders within a specimen, ORC behind OBR', () => {
  expect(
    grouped('PID SPM OBX OBR ORC OBX OBR ORC OBX SPM OBR OBX', { specimens: 'around', isOrderSecond: true }),
  ).toMatchObject([
    {
      orders: [
        { order: 'ORC[1]', details: ['OBR[1]'], results: ['OBX[2]'], specimens: [['SPM[1]', 'OBX[1]']] },
        { order: 'ORC[2]', details: ['OBR[2]'], results: ['OBX[3]'], specimens: [['SPM[1]', 'OBX[1]']] },
        { details: ['OBR[3]'], results: ['OBX[4]'], specimens: [['SPM[2]']] },
      ],
    },
  ]);
});

test('orders: earlier results come with a PID of their own, or with ORC-1 PR', () => {
  const rules: GroupRules = { specimens: 'within-own', hasPriorResults: true };
  expect(grouped('PID ORC|NW OBR OBX PID OBR OBX ORC|NW OBR ORC|PR OBR OBX', rules)).toEqual([
    {
      patient: 'PID[1]',
      orders: [
        { order: 'ORC[1]', details: ['OBR[1]'], results: ['OBX[1]'] },
        { order: 'ORC[2]', details: ['OBR[3]'] },
        { order: 'ORC[3]', details: ['OBR[4]'], results: ['OBX[3]'], isPrior: true },
      ],
    },
    { patient: 'PID[2]', orders: [{ details: ['OBR[2]'], results: ['OBX[2]'], isPrior: true }] },
  ]);
});

test('drugs: order and encoded order are details of one ORC, each with its route', () => {
  expect(grouped('PID ORC TQ1 RXO RXR RXE TQ1 RXR RXC OBX', { specimens: 'within' })).toMatchObject([
    {
      orders: [
        { order: 'ORC[1]+TQ1[1]', details: ['RXO[1]+RXR[1]', 'RXE[1]+TQ1[2]+RXR[2]+RXC[1]'], results: ['OBX[1]'] },
      ],
    },
  ]);
});

test('charges stand beside orders', () => {
  expect(grouped('PID PV1 FT1 NTE PR1 ORC OBR FT1 DG1', { specimens: 'within', hasOwnCharges: true })).toEqual([
    {
      patient: 'PID[1] PV1[1]',
      orders: [{ order: 'ORC[1]', details: ['OBR[1]'] }],
      charges: ['FT1[1]+NTE[1]+PR1[1]', 'FT1[2]+DG1[1]'],
    },
  ]);
});
