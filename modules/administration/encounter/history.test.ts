import fc from 'fast-check';
import type { ResourceOf, Stored } from '#sdk';
import { isPossibleHistory, keptHistories } from './history.ts';
import { keptPlaces } from './places.ts';
import { isOver, nextStatuses, type Status } from './status.ts';

const BEGIN = Date.UTC(2026, 0, 1);
const at = (minute: number): string => new Date(BEGIN + minute * 60_000).toISOString();

function encounter(
  more: Pick<Partial<Stored<'Encounter'>>, 'location'> & { readonly status?: Status } = {},
): Stored<'Encounter'> {
  return {
    resourceType: 'Encounter',
    id: 'e',
    meta: { versionId: '1', lastUpdated: at(0) },
    status: 'planned',
    class: { code: 'AMB' },
    ...more,
  };
}

test('whatever way an Encounter goes, its histories are without gap and end with what is now', () => {
  const steps = fc.array(fc.record({ turn: fc.nat(6), isInpatient: fc.boolean() }), { maxLength: 12 });
  fc.assert(
    fc.property(steps, (list) => {
      let now = encounter();
      list.forEach(({ turn, isInpatient }, step) => {
        const next: readonly Status[] = [now.status, ...nextStatuses(now)];
        const status = next[turn % next.length] ?? now.status;
        const after = { ...now, status, class: { code: isInpatient ? 'IMP' : 'AMB' } };
        const { statusHistory, classHistory } = keptHistories(now, after, at(step + 1));
        now = { ...after, ...(statusHistory && { statusHistory }), ...(classHistory && { classHistory }) };
      });
      const { statusHistory = [], classHistory = [] } = now;
      expect([statusHistory, classHistory].map((history) => isPossibleHistory(history, BEGIN + 86_400_000))).toEqual([
        true,
        true,
      ]);
      statusHistory.forEach(({ period }, place) => {
        expect(period.start).toBe(place === 0 ? at(0) : statusHistory[place - 1]?.period.end);
      });
      const open = statusHistory.filter(({ period }) => period.end === undefined);
      expect(open.map(({ status }) => status)).toEqual(list.length === 0 || isOver(now.status) ? [] : [now.status]);
    }),
  );
});

const place = (name: string, more: object = {}): NonNullable<ResourceOf<'Encounter'>['location']>[number] => ({
  location: { reference: `Location/${name}` },
  ...more,
});
const since = { period: { start: at(1) } };
const past = place('a', { status: 'completed', period: { start: at(0), end: at(1) } });

test.each([
  [
    'who stays has been there since then',
    [place('a', { status: 'active', ...since })],
    [place('a', { status: 'active' })],
    [place('a', { status: 'active', ...since })],
  ],
  [
    'who left was there',
    [place('a', { status: 'active', ...since })],
    [],
    [place('a', { status: 'completed', period: { start: at(1), end: at(9) } })],
  ],
  [
    'who moved came now',
    [place('a', { status: 'active', ...since })],
    [place('b', { status: 'active', ...since })],
    [
      place('a', { status: 'completed', period: { start: at(1), end: at(9) } }),
      place('b', { status: 'active', period: { start: at(9) } }),
    ],
  ],
  [
    'what is over cannot be changed',
    [past],
    [place('a', { status: 'completed', period: { start: at(5), end: at(6) } })],
    [past],
  ],
  ['what is planned is no stay', [place('a', { status: 'planned' })], [], []],
  [
    'what was kept for them was not where they were',
    [place('a', { status: 'reserved', ...since })],
    [],
    [place('a', { status: 'reserved', period: { start: at(1), end: at(9) } })],
  ],
])('%s', (_what, before, sent, kept) => {
  const was = encounter({ status: 'in-progress', location: before });
  expect(keptPlaces(was, { ...was, location: sent }, at(9))).toEqual(kept);
});
