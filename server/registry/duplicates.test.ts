import { registryOf, type MadeModule } from '../../test/modules/registry-of.ts';
import type { Bot } from '../sdk/bot.ts';
import type { CdsService } from '../sdk/cds-service.ts';
import type { Contributes, ModuleCode } from '../sdk/module.ts';
import type { ModuleOperation } from '../sdk/operation.ts';
import type { Projection } from '../sdk/projection.ts';
import type { Report } from '../sdk/report.ts';
import { duplicates } from './duplicates.ts';

const RESERVED = { settings: ['MODULES', 'PORT'], roles: ['physician'] };

function problems(...modules: readonly MadeModule[]): readonly string[] {
  return duplicates(registryOf(...modules).modules, RESERVED);
}

const page = { path: '/stock', title: '', roles: [], slot: 'main', entry: 'a.js' };
const setting = (name: string) => ({ name, text: '', default: '' });
const operation = (levels: ModuleOperation['levels'], types?: ModuleOperation['types']): ModuleCode => ({
  operations: [{ code: 'book', levels, ...(types === undefined ? {} : { types }) } as ModuleOperation],
});
const bot: ModuleCode = { bots: [{ name: 'remind' } as Bot] };
const projection: ModuleCode = { projections: [{ name: 'supply.stock' } as Projection] };
const service: ModuleCode = { cdsServices: [{ id: 'check' } as CdsService] };
const report: ModuleCode = { reports: [{ id: 'stock' } as Report] };
const map: ModuleCode = { hl7Maps: [{ event: 'ORU^R01', map: () => [] }] };
const profile = { resourceType: 'StructureDefinition', url: 'urn:p', version: '1' };
const parameter = (url: string, ...base: string[]) => ({ resourceType: 'SearchParameter', url, code: 'lot', base });

test.each<[string, Omit<MadeModule, 'name'>, Omit<MadeModule, 'name'>]>([
  [
    'operation $book on Slot',
    { code: operation(['type'], ['Slot']) },
    { code: operation(['instance'], ['Task', 'Slot']) },
  ],
  ['operation $book on the system', { code: operation(['system']) }, { code: operation(['system']) }],
  ['bot remind', { code: bot }, { code: bot }],
  ['projection supply.stock', { code: projection }, { code: projection }],
  ['CDS service check', { code: service }, { code: service }],
  ['report stock', { code: report }, { code: report }],
  ['HL7 map ORU^R01', { code: map }, { code: map }],
  ['page /stock', { contributes: { pages: [page] } }, { contributes: { pages: [page] } }],
  ['StructureDefinition urn:p|1', { definitions: [profile] }, { definitions: [profile] }],
  [
    'SearchParameter urn:s',
    { definitions: [parameter('urn:s', 'Task')] },
    { definitions: [parameter('urn:s', 'Slot')] },
  ],
  [
    'search parameter lot of Medication',
    { definitions: [parameter('urn:s', 'Task', 'Medication')] },
    { definitions: [parameter('urn:t', 'Medication')] },
  ],
  ['role clerk', { roles: [{ name: 'clerk' }] }, { roles: [{ name: 'clerk' }] }],
])('%s: both modules are named', (what, first, second) => {
  expect(problems({ name: 'one', ...first }, { name: 'two', ...second })).toEqual([
    `module one and module two both contribute ${what}; only one can.`,
  ]);
});

test('settings are compared by their variables', () => {
  const contributes = (name: string): Contributes => ({ settings: [setting(name)] });
  const clash = problems(
    { name: 'virtual', contributes: contributes('care-hours') },
    { name: 'virtual-care', contributes: contributes('hours') },
  );
  expect(clash).toEqual([
    'module virtual and module virtual-care both contribute setting VIRTUAL_CARE_HOURS; only one can.',
  ]);
});

test('what the server has itself', () => {
  expect(problems({ name: 'one', roles: [{ name: 'physician' }] })).toEqual([
    'the server and module one both contribute role physician; only one can.',
  ]);
});

test('the same twice in one module', () => {
  expect(problems({ name: 'one', code: { bots: [...(bot.bots ?? []), ...(bot.bots ?? [])] } })).toEqual([
    'module one contributes bot remind twice.',
  ]);
});

test('what may stand beside each other', () => {
  const fine = problems(
    { name: 'one', code: operation(['type'], ['Slot']), definitions: [profile], roles: [{ extends: 'physician' }] },
    {
      name: 'two',
      code: operation(['system']),
      definitions: [{ ...profile, version: '2' }, parameter('urn:s', 'Task')],
      roles: [{ extends: 'physician' }],
    },
    { name: 'three', code: operation(['type'], ['Task']), definitions: [parameter('urn:t', 'Slot')] },
  );
  expect(fine).toEqual([]);
});
