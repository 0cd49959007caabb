import type { IndexedResource } from '../../search/match/matches.ts';
import { openTestEngine, type TestEngine } from '../../../test/harness/test-engine.ts';
import { recentWrites } from './recent-writes.ts';

const written = (id: string): IndexedResource => ({ type: 'Patient', id, rows: NO_ROWS, hasContext: false });
let NO_ROWS: IndexedResource['rows'];
let opened: TestEngine;

beforeAll(async () => {
  opened = await openTestEngine();
  const { engine } = opened;
  NO_ROWS = engine.indexer.index({ resourceType: 'Patient' }, engine.hasher(1));
});
afterAll(() => opened.close());

describe('recentWrites', () => {
  test('keeps nothing until somebody asks for it', () => {
    const writes = recentWrites(opened.engine);
    writes.note({ pid: 1, version: 1 }, written('a'));
    expect(writes.take({ pid: 1, version: 1 })).toBeUndefined();
  });

  test.each([
    ['the version that was noted', [1], 1, 'v1'],
    ['not an earlier one than the last', [1, 2], 1, undefined],
    ['the last one', [1, 2], 2, 'v2'],
    ['not a later one', [1], 2, undefined],
  ])('gives %s', (_, noted, asked, expected) => {
    const writes = recentWrites(opened.engine);
    writes.keep(10);
    for (const version of noted) writes.note({ pid: 7, version }, written(`v${version}`));
    expect(writes.take({ pid: 7, version: asked })?.id).toBe(expected);
    writes.keep(0);
  });

  test('gives it once, and forgets the oldest', () => {
    const writes = recentWrites(opened.engine);
    writes.keep(2);
    for (const pid of [1, 2, 3]) writes.note({ pid, version: 1 }, written(String(pid)));
    expect([1, 2, 3, 3].map((pid) => writes.take({ pid, version: 1 })?.id)).toEqual([undefined, '2', '3', undefined]);
    writes.keep(0);
  });

  test('does not give rows of another registry', () => {
    let registry = opened.engine.registry;
    const engine = Object.create(opened.engine, { registry: { get: () => registry } }) as TestEngine['engine'];
    const writes = recentWrites(engine);
    writes.keep(2);
    writes.note({ pid: 1, version: 1 }, written('a'));
    registry = { ...registry };
    expect(writes.take({ pid: 1, version: 1 })).toBeUndefined();
  });
});
