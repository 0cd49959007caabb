import { filters, refusal } from './readable-tree.fixture.ts';

const encoded = (text: string): string => encodeURIComponent(text);

describe('_filter', () => {
  test.each([
    ['Patient', 'given eq "Peter"', 'given [exact Peter]'],
    ['Patient', 'given co ete', 'given [contains ete]'],
    ['Patient', 'given sw Pe and family sw "O\\"B"', '(given [starts Pe] and family [starts O"B])'],
    [
      'Patient',
      'active eq true or active eq false or active pr false',
      '(active [true] or active [false] or active missing)',
    ],
    [
      'Patient',
      'active eq true or gender eq male and active pr true',
      '((active [true] or gender [male]) and active present)',
    ],
    [
      'Patient',
      'active eq true or (gender eq male and active pr true)',
      '(active [true] or (gender [male] and active present))',
    ],
    ['Patient', 'not (active eq true)', 'not active [true]'],
    ['Patient', 'birthdate ge 1980', 'birthdate [ge 1980-01-01T00:00:00.000Z..1981-01-01T00:00:00.000Z]'],
    ['Patient', '_id eq 1', 'id 1'],
    ['Patient', '_lastUpdated lt 2020', 'updated [lt 2020-01-01T00:00:00.000Z..2021-01-01T00:00:00.000Z]'],
    ['Observation', 'code eq http://loinc.org|1-2', 'code [http://loinc.org|1-2]'],
    ['Observation', 'value-quantity gt 5.4||mg', 'value-quantity [gt 5.4 |mg]'],
    ['Observation', 'subject re Patient/1', 'subject [Patient/1]'],
    ['Observation', 'subject.name sw "x"', 'subject -> {Patient: name [starts x]; Location: name [starts x]}'],
    ['Observation', 'subject:Patient.name sw x', 'subject -> {Patient: name [starts x]}'],
    ['Observation', 'patient[active eq true].name sw x', 'patient -> {Patient: (active [true] and name [starts x])}'],
    ['RiskAssessment', 'probability ne 0.5', 'probability [ne 0.5]'],
    ['ValueSet', 'url eq http://x.org/a', 'url [equal http://x.org/a]'],
    ['Observation', 'status ss final', 'status [http://hl7.org/fhir/observation-status|final]'],
  ])('of %s: %s', (type, text, expected) => {
    expect(filters(`${type}?_filter=${encoded(text)}`)).toBe(expected);
  });

  test.each([
    ['Patient', 'given', 'ends too early'],
    ['Patient', 'given eq', 'ends too early'],
    ['Patient', 'given eq "x', 'from character 10 on'],
    ['Patient', 'given eq x)', 'from character 11 on'],
    ['Patient', '(given eq x', 'ends too early'],
    ['Patient', 'given eq x and', 'ends too early'],
    ['Patient', 'given ew x', 'it takes eq, co, sw, pr'],
    ['Patient', 'active ne true', 'write not (…)'],
    ['Patient', 'birthdate po 2020', 'give both ends'],
    ['Patient', 'zzz eq 1', 'Patient has no search parameter "zzz"'],
    ['Patient', 'birthdate eq abc', 'ge2024-02-01'],
    ['Patient', 'link[other eq x] pr true', 'must be followed by "."'],
    ['Observation', 'code-value-quantity eq 1', 'it takes none'],
    ['Patient', `${'('.repeat(30)}given eq x${')'.repeat(30)}`, 'more than 20 levels'],
    ['Patient', Array.from({ length: 300 }, () => 'given eq x').join(' or '), 'more than 200 comparisons'],
  ])('of %s: %s is refused', (type, text, message) => {
    const answer = refusal(`${type}?_filter=${encoded(text)}`);
    expect(answer).toMatch(/^400 /);
    expect(answer).toContain(message);
  });
});
