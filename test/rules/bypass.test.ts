import { defineFaults, defineRule, type ResourceOf } from '../../server/sdk/index.ts';
import {
  DELETION_PATHS,
  findBypasses,
  findDeletionBypasses,
  WRITE_PATHS,
  type BypassCase,
} from '../harness/bypass-kit.ts';
import { openRuledServer, type RuledServer } from './ruled-server.ts';

/** Whatever a rule refuses is refused by every path that writes. */
const faults = defineFaults('sample', {
  noHouse: { status: 422, issue: 'business-rule', text: 'A device is not made by House.' },
  kept: { status: 422, issue: 'business-rule', text: 'A device that is in use is not deleted.' },
});

const refuseAtOnce = defineRule<'Device'>({
  name: 'no-house',
  on: 'Device',
  change({ after }) {
    if (after?.manufacturer === 'House') throw faults.noHouse();
    return undefined;
  },
});

const refuseAtTheEnd = defineRule<'Specimen'>({
  name: 'no-blood',
  on: ['Specimen'],
  check({ after }) {
    if (after?.status !== 'unavailable') return;
    return [
      { severity: 'error', code: 'business-rule', text: 'A specimen is there.', expression: ['Specimen.status'] },
    ];
  },
});

const keepInUse = defineRule<'Device'>({
  name: 'in-use',
  on: 'Device',
  check({ before, after }) {
    if (after === undefined && before?.status === 'active') throw faults.kept();
  },
});

let server: RuledServer;

beforeAll(async () => {
  server = await openRuledServer({ rules: [refuseAtOnce, refuseAtTheEnd, keepInUse] });
});
afterAll(() => server.close());

function patchOf(path: string, name: string, value: object): object {
  const part = [
    { name: 'type', valueCode: 'add' },
    { name: 'path', valueString: path },
    { name: 'name', valueString: name },
    { name: 'value', ...value },
  ];
  return { resourceType: 'Parameters', parameter: [{ name: 'operation', part }] };
}

const device: ResourceOf<'Device'> = { resourceType: 'Device', status: 'active' };

const byChange: BypassCase = {
  accepted: device,
  refused: { ...device, manufacturer: 'House' },
  fhirPathPatch: patchOf('Device', 'manufacturer', { valueString: 'House' }),
  fault: 'sample.noHouse',
};

const byCheck: BypassCase = {
  accepted: { resourceType: 'Specimen' },
  refused: { resourceType: 'Specimen', status: 'unavailable' },
  fhirPathPatch: patchOf('Specimen', 'status', { valueCode: 'unavailable' }),
  fault: 'sample.no-blood',
};

test.each([
  ['before the write', byChange],
  ['at the end of the transaction', byCheck],
])('a rule that refuses %s is not bypassed', async (_when, given) => {
  expect(WRITE_PATHS.length).toBeGreaterThanOrEqual(24);
  expect(await findBypasses(server, given)).toEqual([]);
});

test('a rule that refuses a deletion is not bypassed', async () => {
  expect(DELETION_PATHS.length).toBeGreaterThanOrEqual(9);
  expect(await findDeletionBypasses(server, { kept: device, fault: 'sample.kept' })).toEqual([]);
});

test('the kit finds a rule that is not there', async () => {
  const list: ResourceOf<'Basic'> = { resourceType: 'Basic', code: { text: 'list' } };
  const found = await findBypasses(server, {
    accepted: list,
    refused: { ...list, created: '2026-01-01' },
    fhirPathPatch: patchOf('Basic', 'created', { valueDate: '2026-01-01' }),
    fault: 'sample.none',
  });
  expect(found.map(({ path }) => path)).toEqual(WRITE_PATHS);
});
