import { objectAt, objectsAt } from '../resource/elements.ts';
import { codeSystemResources } from '../resource/canonical-source.ts';
import { implicitValueSet } from './implicit-value-set.ts';
import { canonicalsOf } from './service.fixture.ts';

const resources = codeSystemResources(canonicalsOf([]));

test.each<[string, string | undefined]>([
  ['http://snomed.info/sct?fhir_vs', 'http://snomed.info/sct|'],
  ['http://snomed.info/sct?fhir_vs=isa/73211009', 'http://snomed.info/sct| concept is-a 73211009'],
  ['http://snomed.info/sct?fhir_vs=refset/123', 'http://snomed.info/sct| concept in 123'],
  ['http://snomed.info/sct?fhir_vs=refset', 'http://snomed.info/sct| concept descendent-of 900000000000455006'],
  ['http://snomed.info/sct?fhir_vs=ecl/%3C%2073211009', 'http://snomed.info/sct| constraint = < 73211009'],
  [
    'http://snomed.info/sct/900000000000207008/version/20250201?fhir_vs=isa/1',
    'http://snomed.info/sct|http://snomed.info/sct/900000000000207008/version/20250201 concept is-a 1',
  ],
  ['http://loinc.org/vs', 'http://loinc.org|'],
  ['http://loinc.org/vs/LL715-4', 'http://loinc.org| LIST = LL715-4'],
  ['http://loinc.org/vs/LP14419-3', 'http://loinc.org| ancestor = LP14419-3'],
  ['http://snomed.info/sct?fhir_vs=other/1', undefined],
  ['http://snomed.info/sct?fhir_vs=isa/', undefined],
  ['http://snomed.info/sct?fhir_vs=ecl/%E0%A4%A', undefined],
  ['http://loinc.org/other', undefined],
])('%s', (url, expected) => {
  const found = implicitValueSet(resources, url, undefined);
  const [include] = objectsAt(objectAt(found, 'compose'), 'include');
  const filters = objectsAt(include, 'filter').map(
    ({ property, op, value }) => ` ${String(property)} ${String(op)} ${String(value)}`,
  );
  expect(include && `${String(include.system)}|${String(include.version ?? '')}${filters.join('')}`).toBe(expected);
});
