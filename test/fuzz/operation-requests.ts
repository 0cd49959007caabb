import type { Random } from '../../server/import/demo-clinic/random.ts';
import { BASE, hostilePart, json, type FuzzRequest, type Seeds } from './fuzz-request.ts';
import { HOSTILE_TEXTS } from './hostile-values.ts';
import { mutateResource } from './mutate.ts';

const OPERATIONS: readonly [string, ...string[]] = [
  'ValueSet/$expand',
  'ValueSet/$validate-code',
  'CodeSystem/$validate-code',
  'CodeSystem/$lookup',
  'CodeSystem/$subsumes',
  'CodeSystem/$find-matches',
  'ConceptMap/$translate',
  '$closure',
  '$fhirpath',
  'StructureDefinition/$snapshot',
  '$install-package',
];

const NAMES: readonly [string, ...string[]] = [
  'url',
  'system',
  'code',
  'display',
  'filter',
  'count',
  'offset',
  'property',
  'valueSet',
  'codeSystem',
  'coding',
  'codeableConcept',
  'concept',
  'expression',
  'context',
  'resource',
  'definition',
  'name',
  'version',
  'displayLanguage',
  'tx-resource',
  'conceptMap',
  'target',
];

const KNOWN: readonly [string, ...string[]] = [
  'http://hl7.org/fhir/ValueSet/administrative-gender',
  'http://hl7.org/fhir/administrative-gender',
  'http://unitsofmeasure.org',
  'urn:ietf:bcp:47',
  'http://snomed.info/sct?fhir_vs=ecl/<< 1',
  'male',
  'mg/dL',
  'name.given.matches("(a+)+$")',
  'repeat(children())',
  'en-US',
];

/** Operations with parameters in the URL or in a body, known and hostile values mixed. */
export function operation(random: Random, seeds: Seeds): FuzzRequest {
  const target = `${BASE}/${random.pick(OPERATIONS)}`;
  if (random.chance(0.5)) {
    const pairs = Array.from({ length: random.between(1, 4) }, () => {
      const value = random.chance(0.5) ? encodeURIComponent(random.pick(KNOWN)) : hostilePart(random);
      return `${random.pick(NAMES)}=${value}`;
    });
    return { method: random.pick(['GET', 'POST']), target: `${target}?${pairs.join('&')}`, headers: {} };
  }
  const parameter = Array.from({ length: random.between(1, 4) }, () => ({
    name: random.pick(NAMES),
    ...value(random, seeds),
  }));
  const body = mutateResource(random, { resourceType: 'Parameters', parameter });
  return json('POST', target, JSON.stringify(body));
}

function value(random: Random, seeds: Seeds): Record<string, unknown> {
  const text = random.chance(0.5) ? random.pick(KNOWN) : random.pick(HOSTILE_TEXTS).toWellFormed();
  return random.pick<Record<string, unknown>>([
    { valueString: text },
    { valueUri: text },
    { valueCode: text },
    { valueInteger: random.pick([0, -1, 1e9]) },
    { valueCoding: { system: random.pick(KNOWN), code: text } },
    { valueCodeableConcept: { coding: [{ system: random.pick(KNOWN), code: text }] } },
    { resource: random.pick(seeds) },
    { resource: { resourceType: 'ValueSet', url: 'urn:a', compose: { include: [{ valueSet: ['urn:a'] }] } } },
    { resource: { resourceType: 'CodeSystem', url: 'urn:b', content: 'complete', concept: [{ code: text }] } },
  ]);
}
