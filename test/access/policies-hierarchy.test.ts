import type { JsonObject } from '../../server/kernel/json.ts';
import { DOCTOR, openLivePolicies, type LivePolicies } from './live-policies.ts';

/** A house, in it a ward that not everybody may know of, in it a room; and a sister of the ward with a room of its own. */
let live: LivePolicies;

const SECRET = { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }] };

function location(id: string, partOf?: string, more: object = {}): JsonObject {
  return {
    resourceType: 'Location',
    id,
    ...(partOf === undefined ? {} : { partOf: { reference: `Location/${partOf}` } }),
    ...more,
  };
}

function encounter(id: string, place: string): JsonObject {
  return {
    resourceType: 'Encounter',
    id,
    status: 'arrived',
    class: { code: 'AMB' },
    location: [{ location: { reference: `Location/${place}` } }],
  };
}

beforeAll(async () => {
  live = await openLivePolicies();
  const places = [
    location('house'),
    location('ward', 'house', { meta: SECRET }),
    location('room', 'ward'),
    location('sister', 'house'),
    location('office', 'sister'),
  ];
  for (const place of places) await live.put(place);
  for (const place of ['house', 'ward', 'room', 'sister', 'office']) await live.put(encounter(`in-${place}`, place));
}, 60_000);
afterAll(() => live.open.close());

test.each<[string, string, readonly string[]]>([
  ['physician', 'location:below=Location/house', ['in-house', 'in-office', 'in-room', 'in-sister', 'in-ward']],
  // The way to the room leads through the ward.
  ['receptionist', 'location:below=Location/house', ['in-house', 'in-office', 'in-sister']],
  ['receptionist', 'location:below=Location/sister', ['in-office', 'in-sister']],
  ['physician', 'location:above=Location/room', ['in-house', 'in-room', 'in-ward']],
  // Of what the ward is part, the ward itself would tell.
  ['receptionist', 'location:above=Location/room', ['in-room', 'in-ward']],
  ['receptionist', 'location:above=Location/office', ['in-house', 'in-office', 'in-sister']],
])('a %s asks for Encounter?%s', async (role, query, expected) => {
  const access = await live.policies.access({ ...DOCTOR, account: role, roles: [role] });
  const { text = '' } = await live.call('GET', ['Encounter'], undefined, access, query);
  const bundle = JSON.parse(text) as { readonly entry?: readonly { readonly resource: { readonly id: string } }[] };
  expect((bundle.entry ?? []).map(({ resource }) => resource.id).sort()).toEqual(expected);
});
