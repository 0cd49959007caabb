import { linksText } from './links.ts';

const BASE = 'http://localhost:8080/fhir/R4';

const links = (url: string, cursor?: string, next?: string): unknown =>
  (JSON.parse(`{${linksText(url, cursor, next)}}`) as { link: unknown }).link;

test('the only page has no next', () => {
  expect(links(`${BASE}/Patient?name=x`)).toEqual([
    { relation: 'self', url: `${BASE}/Patient?name=x` },
    { relation: 'first', url: `${BASE}/Patient?name=x` },
  ]);
});

test('a later page names itself, the first and the next one', () => {
  expect(links(`${BASE}/Patient`, 'AAA', 'BBB')).toEqual([
    { relation: 'self', url: `${BASE}/Patient?_cursor=AAA` },
    { relation: 'first', url: `${BASE}/Patient` },
    { relation: 'next', url: `${BASE}/Patient?_cursor=BBB` },
  ]);
});

test('what JSON must escape is escaped', () => {
  expect(links(`${BASE}/Patient?name="x"\\`)).toContainEqual({ relation: 'self', url: `${BASE}/Patient?name="x"\\` });
});
