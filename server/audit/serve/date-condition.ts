import { fault } from '../../kernel/fault.ts';
import { MAX_TIME } from '../../storage/audit-read.ts';
import { dateRange } from '../../search/index/date-range.ts';

/** SQL by prefix, of an instant against `[low, high)`. https://hl7.org/fhir/R4/search.html#prefix */
const TESTS: Readonly<Record<string, (low: () => string, high: () => string) => string>> = {
  eq: (low, high) => `(recorded >= ${low()} and recorded < ${high()})`,
  ne: (low, high) => `(recorded < ${low()} or recorded >= ${high()})`,
  gt: (_low, high) => `recorded >= ${high()}`,
  sa: (_low, high) => `recorded >= ${high()}`,
  lt: (low) => `recorded < ${low()}`,
  eb: (low) => `recorded < ${low()}`,
  ge: (low) => `recorded >= ${low()}`,
  le: (_low, high) => `recorded < ${high()}`,
};

/**
 * When an event was recorded.
 * @throws Fault 400 when a value is no date with a prefix of R4
 */
export function dateCondition(place: (value: unknown) => string, values: readonly string[], name: string): string {
  const tests = values.map((value) => {
    const [, prefix = 'eq', text = ''] = /^([a-z]{2})?(.*)$/.exec(value) ?? [];
    const range = dateRange(text);
    const test = Object.hasOwn(TESTS, prefix) ? TESTS[prefix] : undefined;
    if (range === undefined || test === undefined) {
      const prefixes = Object.keys(TESTS).join(', ');
      const help = `${name} takes a date or time such as ge2024-05-01 or 2024-05-01T10:00:00Z; prefixes are ${prefixes}.`;
      throw fault('search.badValue', 400, 'value', help, `http.${name}`);
    }
    return test(
      () => `${place(range.low)}::bigint`,
      () => `${place(range.high)}::bigint`,
    );
  });
  return tests.length === 1 ? String(tests[0]) : `(${tests.join(' or ')})`;
}

/** The time that a single value leaves; undefined where it excludes one only, or several are alternatives. */
export function dateSpan(values: readonly string[]): { readonly low: number; readonly high: number } | undefined {
  const [, prefix = 'eq', text = ''] = /^([a-z]{2})?(.*)$/.exec(values[0] ?? '') ?? [];
  const range = dateRange(text);
  if (values.length !== 1 || range === undefined || prefix === 'ne') return undefined;
  const { low, high } = range;
  if (prefix === 'eq') return { low, high };
  if (prefix === 'lt' || prefix === 'eb') return { low: 0, high: low };
  if (prefix === 'le') return { low: 0, high };
  return { low: prefix === 'ge' ? low : high, high: MAX_TIME };
}
