import fc from 'fast-check';
import type { FoundModule } from './discover.ts';
import { enabledModules } from './order.ts';
import { RegistryError } from './registry-error.ts';
import { readSelection } from './selection.ts';

interface Made {
  readonly depends?: readonly string[];
  readonly glue?: true;
}

function found(modules: Readonly<Record<string, Made>>): FoundModule[] {
  return Object.entries(modules).map(([name, { depends = [], glue }]) => ({
    folder: name,
    manifest: {
      name,
      title: name,
      version: '1.0.0',
      depends,
      contributes: {},
      code: () => Promise.resolve({ code: {} }),
      ...(glue === undefined ? {} : { autoEnable: glue }),
    },
  }));
}

function order(modules: Readonly<Record<string, Made>>, selection = 'all'): string {
  return enabledModules(found(modules), readSelection(selection))
    .map(({ manifest }) => manifest.name)
    .join(' ');
}

const CLINIC = {
  claims: { depends: ['billing'] },
  billing: { depends: ['administration'] },
  administration: {},
  supply: {},
  'billing-supply': { depends: ['billing', 'supply'], glue: true },
} as const;

test.each([
  ['all', 'administration supply billing billing-supply claims'],
  ['-claims', 'administration supply billing billing-supply'],
  ['administration,billing', 'administration billing'],
  ['administration,billing,supply', 'administration supply billing billing-supply'],
  ['supply', 'supply'],
  ['all,-supply', 'administration billing claims'],
])('MODULES=%s: by depth, then by name, glue with what it joins', (selection, expected) => {
  expect(order(CLINIC, selection)).toBe(expected);
});

test('glue may join glue', () => {
  const modules = {
    a: {},
    b: {},
    c: {},
    x: { depends: ['a', 'b'], glue: true },
    y: { depends: ['x', 'c'], glue: true },
  } as const;
  expect(order(modules)).toBe('a b c x y');
  expect(order(modules, '-b')).toBe('a c');
});

test.each<[string, Readonly<Record<string, Made>>, string, string]>([
  ['missing', { a: { depends: ['b'] } }, 'all', 'module a depends on module b, which is not there.'],
  ['left out', { a: { depends: ['b'] }, b: {} }, '-b', 'module a depends on module b, which is left out by MODULES.'],
  [
    'not named',
    { a: { depends: ['b'] }, b: {} },
    'a',
    'module a depends on module b, which is not enabled by MODULES.',
  ],
  [
    'a cycle',
    { z: { depends: ['a'] }, a: { depends: ['b'] }, b: { depends: ['c'] }, c: { depends: ['a'] } },
    'all',
    'modules depend on each other in a circle: a → b → c → a. What joins two of them belongs in a glue module.',
  ],
  ['unknown', { a: {} }, 'a,nothing', 'MODULES names module nothing, which is not there; there are: a.'],
  [
    'glue left out',
    { a: {}, b: {}, g: { depends: ['a', 'b'], glue: true } },
    '-g',
    'MODULES leaves out module g, which is enabled exactly when a and b are.',
  ],
])('%s: both parties are named', (_what, modules, selection, message) => {
  expect(() => order(modules, selection)).toThrow(new RegistryError([message]));
});

test('a module that is not enabled may be broken', () => {
  expect(order({ a: {}, broken: { depends: ['nothing'] } }, '-broken')).toBe('a');
});

test('each module stands behind all that it depends on', () => {
  const graph = fc.array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(graph, (edges) => {
      const name = (index: number): string => `m${String(index).padStart(2, '0')}`;
      const modules = edges.map((targets, index): [string, Made] => [
        name(index),
        { depends: [...new Set(index === 0 ? [] : targets.map((target) => name(target % index)))] },
      ]);
      const names = order(Object.fromEntries(modules)).split(' ');
      expect(names.length).toBe(modules.length);
      for (const [module, { depends = [] }] of modules) {
        for (const needed of depends) expect(names.indexOf(needed)).toBeLessThan(names.indexOf(module));
      }
    }),
  );
});
