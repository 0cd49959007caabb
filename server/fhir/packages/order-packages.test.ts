import type { Manifest } from './manifest.ts';
import { orderPackages, satisfies } from './order-packages.ts';

function manifest(name: string, dependencies: Readonly<Record<string, string>> = {}): Manifest {
  return {
    name,
    version: '1.0.0',
    canonical: '',
    fhirVersion: '4.0.1',
    dependencies: new Map(Object.entries(dependencies)),
  };
}

test.each<[string, readonly Manifest[], string]>([
  ['as given without dependencies', [manifest('b'), manifest('a')], 'b a'],
  ['behind what they need', [manifest('c', { b: '1.0.0' }), manifest('b', { a: '1.0.x' }), manifest('a')], 'a b c'],
  ['whatever is not given', [manifest('b', { z: '1.0.0', a: 'current' }), manifest('a')], 'a b'],
  ['in a circle too', [manifest('a', { b: '1.0.0' }), manifest('b', { a: '1.0.0' })], 'b a'],
])('packages are ordered %s', (_how, given, names) => {
  expect(
    orderPackages(given)
      .map(({ name }) => name)
      .join(' '),
  ).toBe(names);
});

test.each([
  ['7.0.0', true],
  ['7.0.x', true],
  ['7.x', true],
  ['current', true],
  ['7.0.1', false],
  ['7.1.x', false],
  ['70.x', false],
])('a.b 7.0.0 is a.b %s: %s', (version, expected) => {
  expect(satisfies({ name: 'a.b', version: '7.0.0' }, 'a.b', version)).toBe(expected);
});
