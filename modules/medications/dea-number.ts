/** System of the numbers by which the Drug Enforcement Administration of the USA knows who may prescribe controlled drugs. */
export const DEA_SYSTEM = 'http://hl7.org/fhir/sid/us-dea';

/**
 * Whether a DEA number is one: two letters (or a letter and 9, for an address) and seven digits, of which the last is that of
 * first + third + fifth + 2 × (second + fourth + sixth). A suffix of a hospital (`-01`) is not looked at.
 * https://www.deadiversion.usdoj.gov/drugreg/reg_apps/ ; 21 CFR 1301
 */
export function isDeaNumber(text: string): boolean {
  const [, digits = ''] = /^[A-Z][A-Z9](\d{7})(?:-.+)?$/.exec(text.toUpperCase()) ?? [];
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, check = -1] = [...digits].map(Number);
  return (a + c + e + 2 * (b + d + f)) % 10 === check;
}
