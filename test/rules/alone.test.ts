import { create } from '../../server/fhir/interactions/create.ts';
import { update } from '../../server/fhir/interactions/update.ts';
import type { FhirRequest, FhirResponse } from '../../server/fhir/request.ts';
import { Fault } from '../../server/kernel/fault.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import type { Projections } from '../../server/module-host/projections.ts';
import { defineFaults, defineRule } from '../../server/sdk/index.ts';
import { until } from '../harness/eventually.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';
import { flag, flagged } from './flagged.fixture.ts';
import { extendWithRules } from './ruled-server.ts';

/** Writes without a transaction, from which nothing follows in projections, keep these as exact as those with one. */
const settings = { validation: 'structure', referentialIntegrity: false } as const;
const faults = defineFaults('sample', {
  tooMany: { status: 422, issue: 'business-rule', text: 'There is one already.' },
});

let open: TestEngine;
let projections: Projections;

beforeAll(async () => {
  open = await openTestEngine(settings);
  projections = extendWithRules(open, { projections: [flagged(1, 'a')] });
  await projections.buildMissing();
});
afterAll(() => open.close());

function request(method: FhirRequest['method'], path: readonly string[], body: JsonObject): FhirRequest {
  return { method, path, query: '', headers: { prefer: {}, accept: [] }, body };
}

function creating(engine: TestEngine, body: JsonObject): Promise<FhirResponse> {
  return create(engine.engine, engine.ctx(), request('POST', [String(body.resourceType)], body));
}

function putting(engine: TestEngine, body: JsonObject & { readonly id: string }): Promise<FhirResponse> {
  return update(engine.engine, engine.ctx(), request('PUT', [String(body.resourceType), body.id], body));
}

async function flags(of: TestEngine, by: Projections): Promise<readonly string[]> {
  const rows = await (
    await by.read(of.ctx(), 'sample.flagged')
  ).query<{ text: string }>('select text from @flag order by 1');
  return rows.map(({ text }) => text);
}

test('writes that go alone before, while and after it is built anew are in what is built of them', async () => {
  await creating(open, flag('a'));
  let isOver = false;
  let written = 0;
  const writer = async (place: number): Promise<void> => {
    const id = `moving-${place}`;
    for (let round = 0; !isOver; round += 1) {
      // In turn something that projects and much that does not.
      const text = round % 5 === 0 ? 'a' : `none ${round}`;
      await putting(open, { ...flag(text), id });
      await creating(open, flag('other'));
      written += 1;
    }
  };
  const writers = Promise.all([1, 2, 3, 4].map(writer));
  try {
    for (let round = 0; round < 5; round += 1) {
      const before = written;
      await projections.rebuild('sample.flagged');
      await until(() => written > before + 5);
    }
  } finally {
    isOver = true;
    await writers;
  }
  expect((await projections.verify('sample.flagged')).drift).toEqual([]);
});

test('what an older server writes beside the build of a newer version is in it, or refused', async () => {
  const second = await openTestEngine(settings, open.connectionString);
  try {
    const newer = extendWithRules(second, { projections: [flagged(2, 'a', 'b')] });
    let refused = 0;
    let stored = 0;
    // To the older one a "b" means nothing: it writes them without a transaction.
    const writer = async (): Promise<void> => {
      while (refused < 8) {
        try {
          await creating(open, flag('b'));
          stored += 1;
        } catch (error) {
          if (!(error instanceof Fault) || error.code !== 'projection.notBuilt') throw error;
          refused += 1;
        }
      }
    };
    const writers = Promise.all([writer(), writer(), writer(), writer()]);
    await until(() => stored > 20);
    await newer.buildMissing();
    await writers;
    expect((await flags(second, newer)).filter((text) => text === 'b')).toHaveLength(stored);
    expect((await newer.verify('sample.flagged')).drift).toEqual([]);
    // And back again: who was refused looks anew.
    await projections.buildMissing();
    await creating(open, flag('b'));
    await creating(open, flag('a'));
    expect((await projections.verify('sample.flagged')).drift).toEqual([]);
  } finally {
    await second.close();
  }
});

test('a module that was disabled and enabled again finds what was written meanwhile', async () => {
  await creating(open, flag('plain'));
  await projections.forget(open.engine.db, 1, 'sample');
  await expect(creating(open, flag('plain'))).rejects.toMatchObject({ code: 'projection.notBuilt', status: 503 });
  await projections.buildMissing();
  await creating(open, flag('plain'));
  expect((await projections.verify('sample.flagged')).drift).toEqual([]);
});

test('what a rule read of a projection before the write holds when the write does', async () => {
  let times = 0;
  let isArmed = false;
  const one = defineRule<'Device'>({
    name: 'one',
    on: 'Device',
    async change({ after }, context) {
      const tables = await context.projection('sample.flagged');
      await tables.query('select count(*) from @flag');
      times += 1;
      // Between what was read and the write everything is made anew: the write has to look again.
      if (isArmed) {
        isArmed = false;
        await projections.rebuild('sample.flagged');
      }
      return after;
    },
  });
  await extendWithRules(open, { rules: [one], projections: [flagged(1, 'a')] }).buildMissing();
  const device = { resourceType: 'Device' };
  // The first one learns what is in force, in a transaction, and two more are not tried without one.
  for (let round = 0; round < 4; round += 1) await creating(open, device);
  times = 0;
  isArmed = true;
  await creating(open, device);
  expect(times).toBe(2);
  await creating(open, device);
  expect(times).toBe(3);
});

test('a refusal is the transaction’s, whoever catches what it throws', async () => {
  let isCaught = false;
  const single = defineRule<'Group'>({
    name: 'single',
    on: 'Group',
    async check(_change, context) {
      const count = await context.count('Group', '').catch(() => 0);
      isCaught = true;
      if (count > 1) throw faults.tooMany();
    },
  });
  extendWithRules(open, { rules: [single] });
  const group = { resourceType: 'Group', type: 'person', actual: true };
  await creating(open, group);
  await expect(creating(open, group)).rejects.toMatchObject({ code: 'sample.tooMany', status: 422 });
  expect(isCaught).toBe(true);
  const [row] = await open.engine.db.query<{ count: number }>({
    text: 'select count(*) as count from resource where type = $1',
    values: [open.engine.definitions.typeId('Group')],
  });
  expect(row?.count).toBe(1);
});
