import { newestFitting, systemVersionRules, versionFits, wantedVersion } from './version-rules.ts';

test.each<[string | undefined, string | undefined, boolean]>([
  ['1.0.0', undefined, true],
  ['1.0.0', '1.0.0', true],
  ['1.0.0', '1.0.x', true],
  ['1.0.0', '1.x', true],
  ['1.0.0', '1.x.x', true],
  ['1.0.0', '*', true],
  ['1.0.0', '1', false],
  ['1.0.0', '1.0.0.x', false],
  ['2.0.0', '1.x.x', false],
  [undefined, '1.x', false],
])('%s fits %s: %s', (version, wanted, expected) => {
  expect(versionFits(version, wanted)).toBe(expected);
});

test('the newest that fits', () => {
  expect(newestFitting(['1.9.0', '1.10.0', '2.0.0'], '1.x.x')).toBe('1.10.0');
  expect(newestFitting(['1.9.0'], '3.x')).toBeUndefined();
});

test('which version is wanted, and why', () => {
  const rules = systemVersionRules([
    { name: 'system-version', valueCanonical: 'http://a|1' },
    { name: 'check-system-version', valueUri: 'http://b|2.x' },
    { name: 'force-system-version', valueUri: 'http://c|3' },
  ]);
  expect(wantedVersion(rules, 'http://a', undefined)).toEqual({ version: '1', reason: 'default' });
  expect(wantedVersion(rules, 'http://a', '7')).toEqual({ version: '7', reason: 'stated' });
  expect(wantedVersion(rules, 'http://b', undefined)).toEqual({ version: '2.x', reason: 'checked' });
  expect(wantedVersion(rules, 'http://c', '7')).toEqual({ version: '3', reason: 'forced' });
  expect(wantedVersion(rules, 'http://d', undefined)).toEqual({ version: undefined, reason: 'newest' });
});
