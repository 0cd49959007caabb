import { BASE, filters, refusal } from './readable-tree.fixture.ts';

const UCUM = 'http://unitsofmeasure.org';

describe('values of', () => {
  test.each([
    ['string', 'Patient?name=Peter', 'name [starts Peter]'],
    ['string, alternatives', 'Patient?name=Peter,Anna', 'name [starts Peter, starts Anna]'],
    ['string, escaped comma', 'Patient?name=Smith%5C%2C+Ann,B', 'name [starts Smith, Ann, starts B]'],
    ['string, escaped backslash', 'Patient?name=a%5C%5C,b', 'name [starts a\\, starts b]'],
    ['string, percent and plus', 'Patient?name=Jos%C3%A9+Luis%2B', 'name [starts José Luis+]'],
    ['string, a bar is no separator', 'Patient?name=a|b', 'name [starts a|b]'],
    ['string, empty alternatives', 'Patient?name=,a,,', 'name [starts a]'],
    ['token', 'Observation?code=8480-6', 'code [8480-6]'],
    ['token with system', 'Observation?code=http://loinc.org|8480-6', 'code [http://loinc.org|8480-6]'],
    ['token without system', 'Observation?code=|x', 'code [|x]'],
    ['token, any code', 'Observation?code=http://loinc.org|', 'code [http://loinc.org|*]'],
    ['token, escaped bar', 'Observation?code=a%5C|b', 'code [a|b]'],
    ['token, escaped dollar', 'Observation?code=a%5C$b', 'code [a$b]'],
    ['token, escaped bar behind a system', 'Observation?code=s|a%5C|b', 'code [s|a|b]'],
    ['reference', 'Observation?subject=Patient/1', 'subject [Patient/1]'],
    ['reference, version', 'Observation?subject=Patient/1/_history/2', 'subject [Patient/1]'],
    ['reference, bare id', 'Observation?subject=1', 'subject [Patient/1 or Group/1 or Device/1 or Location/1]'],
    ['reference, bare id, one type', 'Observation?patient=1', 'patient [Patient/1]'],
    ['reference, own URL', `Observation?subject=${BASE}/Patient/1/_history/2`, 'subject [Patient/1]'],
    ['reference, other URL', 'Observation?subject=http://other/Patient/1', 'subject [http://other/Patient/1]'],
    ['reference, URN', 'Observation?subject=urn:uuid:c757873d-ec9a', 'subject [urn:uuid:c757873d-ec9a]'],
    ['canonical with version', 'PlanDefinition?depends-on=http://x/Library/a|1', 'depends-on [http://x/Library/a|1]'],
    ['date, year', 'Patient?birthdate=1980', 'birthdate [eq 1980-01-01T00:00:00.000Z..1981-01-01T00:00:00.000Z]'],
    ['date, month', 'Patient?birthdate=ge1980-02', 'birthdate [ge 1980-02-01T00:00:00.000Z..1980-03-01T00:00:00.000Z]'],
    [
      'date, day',
      'Patient?birthdate=ne1980-02-29',
      'birthdate [ne 1980-02-29T00:00:00.000Z..1980-03-01T00:00:00.000Z]',
    ],
    [
      'date, minute',
      'Observation?date=lt2020-01-01T10:20Z',
      'date [lt 2020-01-01T10:20:00.000Z..2020-01-01T10:21:00.000Z]',
    ],
    [
      'date, zone',
      'Observation?date=sa2020-01-01T10:20:30%2B02:00',
      'date [sa 2020-01-01T08:20:30.000Z..2020-01-01T08:20:31.000Z]',
    ],
    [
      'date, zone with a bare plus',
      'Observation?date=eb2020-01-01T10:20:30+02:00',
      'date [eb 2020-01-01T08:20:30.000Z..2020-01-01T08:20:31.000Z]',
    ],
    [
      'date, milliseconds',
      'Observation?date=ap2020-01-01T10:20:30.120Z',
      'date [ap 2020-01-01T10:20:30.120Z..2020-01-01T10:20:30.121Z]',
    ],
    ['number', 'RiskAssessment?probability=0.50', 'probability [eq 0.50]'],
    ['number, prefix and exponent', 'RiskAssessment?probability=gt-1e-2', 'probability [gt -1e-2]'],
    ['quantity', 'Observation?value-quantity=5.40', 'value-quantity [eq 5.40 |]'],
    ['quantity with unit', `Observation?value-quantity=le5.4|${UCUM}|mg`, `value-quantity [le 5.4 ${UCUM}|mg]`],
    ['quantity, any system', 'Observation?value-quantity=5.4||mg', 'value-quantity [eq 5.4 |mg]'],
    ['uri', 'ValueSet?url=http://x.org/a,http://x.org/b', 'url [equal http://x.org/a, equal http://x.org/b]'],
    ['near', 'Location?near=-33.87|151.21|10|km', 'near [near -33.87 151.21 10000 m]'],
    ['near, miles', 'Location?near=1|2|1|[mi_i]', 'near [near 1 2 1609.344 m]'],
    ['near, kilometres by default', 'Location?near=1|2|3', 'near [near 1 2 3000 m]'],
    ['near, default distance', 'Location?near=1|2', 'near [near 1 2 25000 m]'],
    ['composite', 'Observation?code-value-quantity=c$gt5||mg', 'code-value-quantity [c $ gt 5 |mg]'],
    ['composite, escaped', 'Observation?code-value-string=a%5C$b$x%5C,y', 'code-value-string [a$b $ starts x,y]'],
    ['_id', 'Patient?_id=1,a-b.c', 'id 1, a-b.c'],
    ['_id:not', 'Patient?_id:not=1', 'not id 1'],
    ['_lastUpdated', 'Patient?_lastUpdated=gt2020', 'updated [gt 2020-01-01T00:00:00.000Z..2021-01-01T00:00:00.000Z]'],
    ['_tag', 'Patient?_tag=s|t', '_tag [s|t]'],
    ['_profile', 'Patient?_profile:below=http://x', '_profile [below http://x]'],
    ['_source', 'Patient?_source=http://x', '_source [equal http://x]'],
    ['_security', 'Patient?_security=s|R', '_security [s|R]'],
    ['_list', 'Patient?_list=42,List/43', 'list 42, 43'],
    ['_text', 'Patient?_text=broken+leg,arm', 'narrative broken leg, arm'],
    ['_content', 'Patient?_content=x', 'content x'],
  ])('%s', (_, url, expected) => {
    expect(filters(url)).toBe(expected);
  });
});

describe('refused values of', () => {
  test.each([
    ['string that folds to nothing', 'Patient?name=%CC%81', 'at least one letter'],
    ['token of bars', 'Observation?code=|', 'http://loinc.org|8480-6'],
    ['token with too many bars', 'Observation?code=a|b|c', '\\|'],
    ['reference of another type', 'Observation?patient=Group/1', 'Give Patient/123'],
    ['reference of no type', 'Observation?subject=Foo/1', 'Patient, Group, Device, Location'],
    ['contained reference', 'Observation?subject=%231', 'Give Patient/123'],
    ['date off the calendar', 'Patient?birthdate=2024-02-30', 'ge2024-02-01'],
    ['date with an unknown prefix', 'Patient?birthdate=xx2024', 'eq, ne, gt, lt, ge, le, sa, eb, ap'],
    ['number', 'RiskAssessment?probability=abc', 'gt5.4'],
    ['number with a huge exponent', 'RiskAssessment?probability=1e9999', 'at most 100 digits'],
    ['quantity with two parts', 'Observation?value-quantity=5.4|mg', 'number||unit'],
    ['quantity without code', 'Observation?value-quantity=5.4|s|', 'number|system|code'],
    ['near off the globe', 'Location?near=91|0|1|km', '-90 to 90'],
    ['near in kilograms', 'Location?near=1|0|1|kg', 'UCUM unit of length'],
    ['composite with one part', 'Observation?code-value-quantity=c', 'code (token)$value-quantity (quantity)'],
    ['composite with an empty part', 'Observation?code-value-quantity=c$', 'code (token)$value-quantity (quantity)'],
    ['_id with a type', 'Patient?_id=Patient/1', 'without its type'],
    ['functional _list', 'Patient?_list=$current-problems', 'give the id of a List'],
    ['5,000 values', `Observation?code=${'a,'.repeat(4999)}a`, 'lists 5000 values; at most 1000'],
    ['100,000 characters', `Observation?code=${'a'.repeat(100_000)}`, 'at most 65536 characters'],
    ['one long value', `Patient?name=${'a'.repeat(5000)}`, 'at most 4000'],
    ['broken encoding', 'Patient?name=%E0%A4%A', 'not percent-encoded UTF-8'],
    ['NUL', 'Patient?name=a%00b', 'control characters'],
    ['lone surrogate', 'Patient?name=\ud800', 'lone surrogates'],
  ])('%s', (_, url, text) => {
    expect(refusal(url)).toMatch(/^400 /);
    expect(refusal(url)).toContain(text);
  });
});
