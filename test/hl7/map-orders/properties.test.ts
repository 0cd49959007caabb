import fc from 'fast-check';
import { MapFailure, type MappedMessage } from '../../../hl7-gateway/map/mapped-message.ts';
import { mapMessage, messageOf } from '../map-admin/samples.ts';
import { PERSON, soup } from './soup.ts';

function mapped(event: string, segments: readonly string[]): MappedMessage | undefined {
  try {
    return mapMessage(messageOf(`MSH|^~\\&|A|B|C|D|20261101090000||${event}|1|P|2.5.1`, PERSON, ...segments));
  } catch (error) {
    if (error instanceof MapFailure) return undefined;
    throw error;
  }
}

/** Places of empty texts, lists and objects, which FHIR forbids. */
function emptyPlaces(value: unknown, place: string): readonly string[] {
  if (value === '' || value === null) return [place];
  if (typeof value !== 'object') return [];
  const parts = Object.entries(value).filter(([, each]) => each !== undefined);
  if (parts.length === 0) return [place];
  return parts.flatMap(([key, each]) => emptyPlaces(each, `${place}.${key}`));
}

/** References to entries of the message. */
function referencesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    key === 'reference' && typeof each === 'string' ? [each] : referencesIn(each),
  );
}

test('whatever segments come in whatever order: no crash, the same each time, nothing empty, no dangling reference', () => {
  fc.assert(
    fc.property(soup, ([event, segments]) => {
      const made = mapped(event, segments);
      expect(mapped(event, segments)).toEqual(made);
      if (made === undefined) return;
      const urls = made.entries.map(({ fullUrl }) => fullUrl);
      expect(new Set(urls).size).toBe(urls.length);
      for (const { resource } of made.entries) {
        expect(emptyPlaces(resource, resource.resourceType)).toEqual([]);
        const contained = ((resource.contained ?? []) as { id?: string }[]).map(({ id = '' }) => `#${id}`);
        const known = new Set([...urls, ...contained]);
        expect(referencesIn(resource).filter((reference) => !known.has(reference))).toEqual([]);
      }
    }),
    { numRuns: 400 },
  );
});

test('a segment that no map knows is told, wherever it stands', () => {
  fc.assert(
    fc.property(soup, fc.nat(14), ([event, segments], at) => {
      const others = segments.filter((segment) => !segment.startsWith('ZZZ'));
      const made = mapped(event, [...others.slice(0, at), 'ZZZ|own', ...others.slice(at)]);
      if (made !== undefined) expect(made.unread).toContain('ZZZ[1]');
    }),
    { numRuns: 200 },
  );
});

const result = fc.record({
  code: fc.constantFrom('A', 'B', 'C'),
  sub: fc.constantFrom('', '1', '2', '1.1'),
  value: fc.integer({ min: 0, max: 999 }).map(String),
});

test('the order of different OBX changes nothing of what their observations say or are known by', () => {
  const observations = (results: readonly { code: string; sub: string; value: string }[]): readonly object[] => {
    const made = mapped('ORU^R01', [
      'OBR|1|P1^EHR|F1^LIS|X^Test^L|||20261101|||||||||||||||20261101|||F',
      ...results.map(({ code, sub, value }, at) => `OBX|${at + 1}|NM|${code}^Name^L|${sub}|${value}||||||F`),
    ]);
    return (made?.entries ?? [])
      .filter(({ resource }) => resource.resourceType === 'Observation')
      .map(({ match, resource: { valueQuantity } }) => ({ match, valueQuantity }))
      .sort((one, other) => String(one.match[0]).localeCompare(String(other.match[0])));
  };
  fc.assert(
    fc.property(
      fc
        .uniqueArray(result, { selector: ({ code, sub }) => `${code} ${sub}`, maxLength: 12 })
        .chain((results) =>
          fc.tuple(fc.constant(results), fc.shuffledSubarray(results, { minLength: results.length })),
        ),
      ([results, shuffled]) => {
        expect(observations(shuffled)).toEqual(observations(results));
      },
    ),
    { numRuns: 100 },
  );
});

test('numbers keep their digits through a result', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 99_999 }), fc.stringMatching(/^\d{0,6}$/), (whole, fraction) => {
      const sent = fraction === '' ? String(whole) : `${whole}.${fraction}`;
      const made = mapped('ORU^R01', ['OBR|1||F1^LIS|X^Test^L', `OBX|1|NM|X^Test^L||${sent}||||||F`]);
      const observation = made?.entries.find(({ resource }) => resource.resourceType === 'Observation');
      const quantity = observation?.resource.valueQuantity as Record<PropertyKey, unknown> | undefined;
      const [exact] = Object.getOwnPropertySymbols(quantity ?? {});
      const kept = exact === undefined ? undefined : (quantity?.[exact] as { value?: string }).value;
      expect(kept ?? String(quantity?.value)).toBe(sent);
    }),
    { numRuns: 100 },
  );
});
