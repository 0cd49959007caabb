import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNetworkCountries } from './network-countries.ts';

const folder = mkdtempSync(join(tmpdir(), 'athanor-countries-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(text: string): string {
  const path = join(folder, 'countries.csv');
  writeFileSync(path, text);
  return path;
}

test('an address has the country of its network', () => {
  const countryOf = readNetworkCountries(
    fileOf('# networks\n192.0.2.0/24,CH\r\n198.51.100.0/25,"DE"\n2001:db8::/32,FR\n'),
  );
  expect(['192.0.2.7', '198.51.100.9', '198.51.100.200', '2001:db8::1', 'nowhere'].map(countryOf)).toEqual([
    'CH',
    'DE',
    undefined,
    'FR',
    undefined,
  ]);
});

test('a line that is none is named', () => {
  expect(() => readNetworkCountries(fileOf('192.0.2.0/24,CH\nwho knows\n'))).toThrow('line 2');
});
