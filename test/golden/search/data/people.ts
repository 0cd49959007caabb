import type { Random } from './random.ts';
import { MRN, OWN_BASE, reference, times, type Resource } from './resource.ts';

const FAMILIES = [
  'Müller',
  'Mueller',
  'Muller',
  "O'Brien",
  'van der Berg',
  'García',
  'Nguyễn',
  'Smith',
  'Smithers',
  'Łuczak',
];
const GIVEN = ['José', 'Jose', 'Ana María', 'Peter', 'Petra', 'Zoë', 'Li', 'Anne-Marie', 'Émile', 'Ben'];
const CITIES = ['Zürich', 'Zurich', 'São Paulo', 'Sydney', 'New York', 'Newtown'];
const BIRTHDAYS = ['1980', '1980-05', '1980-05-17', '1979-12-31', '1981-01-01', '2000-02-29', '1999-02', '2020-11-30'];
const V2_0203 = 'http://terminology.hl7.org/CodeSystem/v2-0203';

export function organizations(): Resource[] {
  const parents = [undefined, 0, 0, 1, 1, 3, undefined, 6];
  return parents.map((parent, index) => ({
    resourceType: 'Organization',
    id: `org-${index}`,
    active: index % 4 !== 3,
    name: [
      'Alpine Hospital',
      'Alpine Surgery',
      'Alpine Labs',
      'Bay Clinic',
      'bay clinic annex',
      'Cardio',
      'Delta',
      'Écho',
    ][index],
    ...(index % 2 === 0 ? { alias: [`Alias ${index}`, 'Clínica'] } : {}),
    identifier: [{ system: 'http://clinic.example/org', value: `O${index}` }],
    ...(parent === undefined ? {} : { partOf: { reference: `Organization/org-${parent}` } }),
  }));
}

export function practitioners(random: Random): Resource[] {
  return times(8, (index) => ({
    resourceType: 'Practitioner',
    id: `prac-${index}`,
    active: index !== 3,
    name: [{ family: random.pick(FAMILIES), given: [random.pick(GIVEN)], prefix: ['Dr.'] }],
    identifier: [{ system: 'http://clinic.example/npi', value: `${1000 + index}` }],
    gender: index % 2 === 0 ? 'female' : 'male',
  }));
}

export function patients(
  random: Random,
  organizationList: readonly Resource[],
  doctors: readonly Resource[],
): Resource[] {
  return times(48, (index) => {
    const birthDate = index % 9 === 8 ? undefined : random.pick(BIRTHDAYS);
    const organization = random.pick(organizationList);
    return {
      resourceType: 'Patient',
      id: `pat-${index}`,
      ...meta(index),
      text: {
        status: 'generated',
        div: `<div xmlns="http://www.w3.org/1999/xhtml">Chart <b>${index % 2 === 0 ? 'fever' : 'fracture'}</b> noted ${index % 3 === 0 ? 'yesterday' : 'today'}</div>`,
      },
      ...(index % 5 === 4 ? {} : { active: index % 3 !== 0 }),
      identifier: identifiers(index),
      name: names(random, index),
      ...(index % 11 === 10 ? {} : { gender: random.pick(['male', 'female', 'other', 'unknown']) }),
      ...(birthDate === undefined ? {} : { birthDate }),
      ...deceased(index),
      telecom: [
        { system: 'phone', value: `+41 44 ${100 + index}`, use: index % 2 === 0 ? 'home' : 'work' },
        ...(index % 3 === 0 ? [{ system: 'email', value: `p${index}@mail.example` }] : []),
      ],
      address: [
        {
          use: index % 2 === 0 ? 'home' : 'temp',
          line: [`${index} High Street`, 'Floor 2'],
          city: random.pick(CITIES),
          state: random.pick(['ZH', 'NSW', 'NY']),
          postalCode: `${8000 + index}`,
          country: random.pick(['CH', 'AU', 'US']),
        },
      ],
      ...(index % 4 === 3
        ? {}
        : {
            managingOrganization:
              index % 4 === 2
                ? { reference: `${OWN_BASE}/Organization/${organization.id}` }
                : {
                    ...reference(organization),
                    ...(index % 8 === 0
                      ? { identifier: { system: 'http://clinic.example/org', value: `ref-${index}` } }
                      : {}),
                  },
          }),
      ...(random.chance(70)
        ? { generalPractitioner: [reference(random.pick(doctors)), reference(random.pick(organizationList))] }
        : {}),
      ...(index % 6 === 1
        ? { communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'de' }], text: 'Deutsch' } }] }
        : {}),
      ...(index % 10 === 9 ? { link: [{ other: { reference: `Patient/pat-${index - 1}` }, type: 'seealso' }] } : {}),
    };
  });
}

function meta(index: number): object {
  const found = {
    ...(index % 4 === 0
      ? { tag: [{ system: 'http://clinic.example/tags', code: index % 8 === 0 ? 'vip' : 'staff' }] }
      : {}),
    ...(index % 5 === 0
      ? { profile: [`http://clinic.example/StructureDefinition/patient${index % 10 === 0 ? '|1.0' : '/child'}`] }
      : {}),
    ...(index % 6 === 0 ? { source: `http://feeds.example/${index % 12 === 0 ? 'a' : 'b'}` } : {}),
    ...(index % 7 === 0
      ? {
          security: [
            { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: index % 2 === 0 ? 'R' : 'N' },
          ],
        }
      : {}),
  };
  return Object.keys(found).length === 0 ? {} : { meta: found };
}

function identifiers(index: number): object[] {
  if (index % 13 === 12) return [{ value: `bare-${index}` }];
  const record = {
    system: MRN,
    value: `M${index}`,
    type: { coding: [{ system: V2_0203, code: index % 2 === 0 ? 'MR' : 'PI' }], text: 'Chart number' },
  };
  return index % 3 === 0 ? [record, { system: 'http://clinic.example/passport', value: `M${index}` }] : [record];
}

function names(random: Random, index: number): object[] {
  const first = { family: random.pick(FAMILIES), given: [random.pick(GIVEN), ...(index % 4 === 0 ? ['Maria'] : [])] };
  if (index % 12 === 11) return [{ text: 'Smith, John  Q.' }];
  return index % 5 === 0 ? [first, { use: 'maiden', family: random.pick(FAMILIES), given: ['Peter'] }] : [first];
}

function deceased(index: number): object {
  if (index % 7 === 1) return { deceasedBoolean: index % 2 === 0 };
  return index % 7 === 2 ? { deceasedDateTime: `20${10 + (index % 10)}-03-04T10:20:00+01:00` } : {};
}

export function relatedPersons(people: readonly Resource[]): Resource[] {
  return times(6, (index) => ({
    resourceType: 'RelatedPerson',
    id: `rel-${index}`,
    active: true,
    patient: reference(people[index * 3] ?? people[0] ?? { resourceType: 'Patient', id: 'pat-0' }),
    name: [{ family: FAMILIES[index], given: ['Rel'] }],
    birthDate: BIRTHDAYS[index],
  }));
}
