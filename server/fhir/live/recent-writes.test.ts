import type { IndexedResource } from '../../search/match/matches.ts';
import { openTestEngine, type TestEngine } from '../../../test/harness/test-engine.ts';
import { recentWrites, type Interest, type NotedVersion } from './recent-writes.ts';

const written = (id: string, type = 'Patient'): NotedVersion => ({
  type,
  id,
  resource: { resourceType: type, id },
  rows: NO_ROWS,
  body: `body of ${id}`,
});
const ALL: Interest = { isRead: () => true, isAsked: () => true };
const NONE: Interest = { isRead: (type) => type === 'Patient', isAsked: () => false };
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
    writes.note(1, { pid: 1, version: 1 }, written('a'));
    expect(writes.take({ pid: 1, version: 1 })).toBeUndefined();
  });

  test.each([
    ['the version that was noted', [1], 1, 'v1'],
    ['not an earlier one than the last', [1, 2], 1, undefined],
    ['the last one', [1, 2], 2, 'v2'],
    ['not a later one', [1], 2, undefined],
  ])('gives %s', (_, noted, asked, expected) => {
    const writes = recentWrites(opened.engine);
    writes.keep(10, ALL);
    for (const version of noted) writes.note(1, { pid: 7, version }, written(`v${version}`));
    const found = writes.take({ pid: 7, version: asked });
    expect([found?.indexed.id, found?.body]).toEqual([expected, expected && `body of ${expected}`]);
    writes.keep(0);
  });

  test('gives it once, and forgets the oldest', () => {
    const writes = recentWrites(opened.engine);
    writes.keep(2, ALL);
    for (const pid of [1, 2, 3]) writes.note(1, { pid, version: 1 }, written(String(pid)));
    const ids = [1, 2, 3, 3].map((pid) => writes.take({ pid, version: 1 })?.indexed.id);
    expect(ids).toEqual([undefined, '2', '3', undefined]);
    writes.keep(0);
  });

  test("tells twice, and only that interest, what is nobody's", () => {
    const writes = recentWrites(opened.engine);
    const version = { pid: 9, version: 1 };
    writes.keep(2, NONE);
    // The feed does not come to that type.
    writes.note(1, { pid: 8, version: 1 }, written('o', 'Observation'));
    writes.note(1, version, written('v'));
    expect(writes.take(version)).toBeUndefined();
    expect(writes.takeNobodys(ALL)).toEqual([]);
    expect(writes.takeNobodys(NONE)).toEqual([version]);
    expect(writes.takeNobodys(NONE)).toEqual([version]);
    expect(writes.takeNobodys(NONE)).toEqual([]);
    writes.note(1, version, written('v'));
    writes.keep(2, ALL);
    writes.keep(2, NONE);
    expect(writes.takeNobodys(NONE)).toEqual([]);
    for (const pid of [1, 2, 3]) writes.note(1, { pid, version: 1 }, written('v'));
    expect(writes.takeNobodys(NONE)).toHaveLength(2);
    writes.keep(0);
  });

  test('does not give rows of another registry', () => {
    let registry = opened.engine.registry;
    const engine = Object.create(opened.engine, { registry: { get: () => registry } }) as TestEngine['engine'];
    const writes = recentWrites(engine);
    writes.keep(2, ALL);
    writes.note(1, { pid: 1, version: 1 }, written('a'));
    registry = { ...registry };
    expect(writes.take({ pid: 1, version: 1 })).toBeUndefined();
  });
});
