import { linksText } from '../paging/links.ts';
import { outcomeEntry, searchsetEntry, searchsetText } from './searchset.ts';

const BASE = 'http://localhost:8080/fhir/R4';

test('entries are put together without touching the texts of resources', () => {
  const text = '{"resourceType":"Observation","id":"1","valueQuantity":{"value":1.00}}';
  const bundle = searchsetText(linksText(`${BASE}/Observation`, undefined, undefined), 1, [
    searchsetEntry(BASE, 'Observation', '1', text, 'match'),
    outcomeEntry([{ severity: 'warning', code: 'not-supported', text: 'left out' }]),
  ]);
  expect(bundle).toContain(text);
  expect(JSON.parse(bundle)).toEqual({
    resourceType: 'Bundle',
    type: 'searchset',
    total: 1,
    link: [
      { relation: 'self', url: `${BASE}/Observation` },
      { relation: 'first', url: `${BASE}/Observation` },
    ],
    entry: [
      { fullUrl: `${BASE}/Observation/1`, resource: JSON.parse(text) as unknown, search: { mode: 'match' } },
      {
        resource: {
          resourceType: 'OperationOutcome',
          issue: [{ severity: 'warning', code: 'not-supported', details: { text: 'left out' } }],
        },
        search: { mode: 'outcome' },
      },
    ],
  });
});

test('an unknown total and an empty list are left out', () => {
  const bundle: unknown = JSON.parse(searchsetText(linksText(BASE, undefined, undefined), undefined, []));
  expect(Object.keys(bundle as object)).toEqual(['resourceType', 'type', 'link']);
});
