import fc from 'fast-check';
import { IntList } from './int-list.ts';
import { lineagesOf, type HierarchyFault, type Lineages } from './lineage.ts';
import { listsByKey } from './lists-by-key.ts';

type Edge = readonly [child: number, parent: number];

function lineages(count: number, edges: readonly Edge[]): Lineages | HierarchyFault {
  const pairs = new IntList();
  for (const edge of edges) for (const id of edge) pairs.push(id);
  return lineagesOf(count, listsByKey(pairs, count), listsByKey(pairs, count, 1));
}

function ancestors(edges: readonly Edge[], concept: number): Set<number> {
  const found = new Set([concept]);
  for (const id of found) for (const [child, parent] of edges) if (child === id) found.add(parent);
  return found;
}

test('all ancestors, whatever the hierarchy', () => {
  // A parent has a smaller number than its children: there is no circle.
  const edge = fc.tuple(fc.nat(29), fc.nat(29)).map(([a, b]): Edge => [Math.max(a, b), Math.min(a, b)]);
  fc.assert(
    fc.property(
      fc.array(
        edge.filter(([a, b]) => a !== b),
        { maxLength: 80 },
      ),
      (edges) => {
        const found = lineages(30, edges);
        if ('kind' in found) throw new Error(found.kind);
        const descendants = Array.from({ length: 30 }, () => 0);
        for (let id = 0; id < 30; id += 1) {
          const expected = ancestors(edges, id);
          expect(new Set(found.of(id))).toEqual(expected);
          expect(found.of(id)).toHaveLength(expected.size);
          for (const above of expected) if (above !== id) descendants[above] = (descendants[above] ?? 0) + 1;
        }
        expect([...found.descendants]).toEqual(descendants);
      },
    ),
  );
});

test.each<[string, readonly Edge[], readonly number[]]>([
  [
    'of two',
    [
      [1, 2],
      [2, 1],
    ],
    [1, 2],
  ],
  [
    'of three with a tail',
    [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 1],
      [4, 0],
    ],
    [1, 2, 3],
  ],
  ['of one', [[1, 1]], [1]],
])('a circle %s is told', (_, edges, concepts) => {
  expect(lineages(5, edges)).toEqual({ kind: 'circle', concepts });
});
