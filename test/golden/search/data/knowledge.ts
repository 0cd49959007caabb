import { reference, times, type Resource } from './resource.ts';

export function valueSets(): Resource[] {
  const urls = [
    'http://acme.example/fhir/ValueSet/a',
    'http://acme.example/fhir/ValueSet/ab',
    'http://acme.example/fhir/ValueSet/a/b',
    'http://acme.example/fhir',
    'http://acme.example',
    'https://acme.example/fhir/ValueSet/a',
    'urn:oid:2.16.840.1.113883.6.1',
    'http://acme.example/fhir/ValueSet/%C3%A9',
  ];
  return urls.map((url, index) => ({
    resourceType: 'ValueSet',
    id: `vs-${index}`,
    url,
    status: index % 2 === 0 ? 'active' : 'draft',
    version: `1.${index}`,
    name: `Set${index}`,
    title: `Títle number ${index}`,
    date: `2020-0${index + 1}`,
    compose: { include: [{ system: `http://codes.example/${index % 3}`, concept: [{ code: `c${index}` }] }] },
  }));
}

export function libraries(): Resource[] {
  return times(3, (index) => ({
    resourceType: 'Library',
    id: `lib-${index}`,
    url: `http://acme.example/Library/l${index}`,
    version: '1.0',
    status: 'active',
    type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/library-type', code: 'logic-library' }] },
  }));
}

export function planDefinitions(): Resource[] {
  return times(5, (index) => ({
    resourceType: 'PlanDefinition',
    id: `plan-${index}`,
    url: `http://acme.example/PlanDefinition/p${index}`,
    status: 'active',
    library: [`http://acme.example/Library/l${index % 3}${index % 2 === 0 ? '|1.0' : ''}`],
    useContext: [
      {
        code: {
          system: 'http://terminology.hl7.org/CodeSystem/usage-context-type',
          code: index % 2 === 0 ? 'age' : 'focus',
        },
        ...(index % 2 === 0
          ? { valueQuantity: { value: 10 + index, system: 'http://unitsofmeasure.org', code: 'a' } }
          : { valueCodeableConcept: { coding: [{ system: 'http://snomed.info/sct', code: `f${index}` }] } }),
      },
      { code: { code: 'venue' }, valueCodeableConcept: { coding: [{ code: 'home' }] } },
    ],
  }));
}

export function sequences(): Resource[] {
  return times(4, (index) => ({
    resourceType: 'MolecularSequence',
    id: `seq-${index}`,
    coordinateSystem: 0,
    referenceSeq: {
      chromosome: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/chromosome-human', code: String(index + 1) }],
      },
      referenceSeqId: { coding: [{ system: 'http://www.ncbi.nlm.nih.gov/nuccore', code: `NC_00000${index}.11` }] },
      windowStart: 100 * index,
      windowEnd: 100 * index + 50,
    },
    variant: [
      { start: 100 * index, end: 100 * index + 10 },
      { start: 100 * index + 20, end: 100 * index + 30 },
    ],
  }));
}

export function lists(people: readonly Resource[], others: readonly Resource[]): Resource[] {
  return times(4, (index) => ({
    resourceType: 'List',
    id: `list-${index}`,
    status: 'current',
    mode: 'working',
    title: `List ${index}`,
    date: `2022-0${index + 1}-01T00:00:00Z`,
    entry: [...people.slice(index * 4, index * 4 + 5), ...others.slice(index * 2, index * 2 + 3)].map((item) => ({
      item: reference(item),
    })),
  }));
}

export function groups(people: readonly Resource[]): Resource[] {
  return times(3, (index) => ({
    resourceType: 'Group',
    id: `group-${index}`,
    type: 'person',
    actual: true,
    active: index !== 2,
    characteristic: [
      {
        code: { coding: [{ system: 'http://clinic.example/traits', code: 'smoker' }] },
        valueBoolean: index === 0,
        exclude: false,
      },
      {
        code: { coding: [{ system: 'http://clinic.example/traits', code: 'gender' }] },
        valueCodeableConcept: { coding: [{ code: index === 1 ? 'f' : 'm' }] },
        exclude: false,
      },
    ],
    member: people.slice(index * 3, index * 3 + 3).map((person) => ({ entity: reference(person) })),
  }));
}

export function invoices(people: readonly Resource[]): Resource[] {
  return times(6, (index) => ({
    resourceType: 'Invoice',
    id: `inv-${index}`,
    status: index % 2 === 0 ? 'issued' : 'balanced',
    subject: reference(people[index] ?? { resourceType: 'Patient', id: 'pat-0' }),
    date: `2024-01-0${index + 1}`,
    totalNet: { value: 100 + index * 0.5, currency: index % 2 === 0 ? 'USD' : 'CHF' },
    totalGross: { value: 110 + index, currency: 'USD' },
  }));
}
