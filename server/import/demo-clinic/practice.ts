import type { JsonObject } from '../../kernel/json.ts';
import { codeable, SPECIALTIES } from './codes.ts';
import { FAMILY_NAMES, FEMALE_NAMES, MALE_NAMES } from './names.ts';
import type { Random } from './random.ts';
import type { Store } from './store.ts';

export type Reference = { readonly reference: string };

/** The clinic itself: who works there and where. */
export interface Practice {
  readonly organization: Reference;
  readonly locations: readonly [Reference, ...Reference[]];
  readonly practitioners: readonly [Reference, ...Reference[]];
}

const STAFF = 5;

export function addPractice(store: Store, random: Random): Practice {
  const organization = store.add('Organization', 'clinic', {
    active: true,
    identifier: [{ system: 'urn:athanor:demo:organization', value: 'CLINIC' }],
    name: 'Kiln Street Clinic',
    telecom: [{ system: 'phone', value: '+44 20 7946 0100', use: 'work' }],
    address: [{ line: ['1 Kiln Street'], city: 'Ashford', postalCode: 'AF1 2KS', country: 'GB' }],
  });
  const location = (id: string, name: string): Reference =>
    store.add('Location', id, {
      status: 'active',
      identifier: [{ system: 'urn:athanor:demo:location', value: id.toUpperCase() }],
      name,
      mode: 'instance',
      position: { longitude: 0.8716, latitude: 51.1465 },
      managingOrganization: organization,
    });
  const practitioner = (place: number): Reference => addPractitioner(store, random, place, organization);
  return {
    organization,
    locations: [
      location('room-1', 'Consulting room 1'),
      location('room-2', 'Consulting room 2'),
      location('laboratory', 'Laboratory'),
    ],
    practitioners: [practitioner(1), ...Array.from({ length: STAFF - 1 }, (_, index) => practitioner(index + 2))],
  };
}

function addPractitioner(store: Store, random: Random, place: number, organization: Reference): Reference {
  const isFemale = random.chance(0.5);
  const name: JsonObject = {
    use: 'official',
    family: random.pick(FAMILY_NAMES),
    given: [random.pick(isFemale ? FEMALE_NAMES : MALE_NAMES)],
    prefix: ['Dr.'],
  };
  const practitioner = store.add('Practitioner', `practitioner-${place}`, {
    active: true,
    identifier: [{ system: 'urn:athanor:demo:practitioner', value: `P${place}` }],
    name: [name],
    gender: isFemale ? 'female' : 'male',
  });
  store.add('PractitionerRole', `role-${place}`, {
    active: true,
    practitioner,
    organization,
    specialty: [codeable(random.pick(SPECIALTIES))],
  });
  return practitioner;
}
