import { defineHl7Map, type Hl7Message, type Hl7Segment, type ModuleCode, type TransactionEntry } from '#sdk';

const DOORS = 'https://doors.example/badges';

function segmentsOf({ segments }: Hl7Message, name: string): readonly Hl7Segment[] {
  return segments.filter((segment) => segment.name === name);
}

/** ZBG-1: the badge's number; ZBG-2: its colour. */
const badgeOfPatient = defineHl7Map(
  'ADT^A08',
  (message, { patient }) => {
    const who = patient();
    if (who === undefined) return [];
    return segmentsOf(message, 'ZBG').flatMap((segment, index): TransactionEntry[] => {
      const badge = `urn:uuid:00000000-0000-4000-8000-00000000000${index}`;
      const number = segment.get(1);
      return [
        {
          fullUrl: badge,
          resource: {
            resourceType: 'Device',
            identifier: [{ system: DOORS, value: number }],
            note: [{ text: segment.get(2, 1, 1) }],
          },
          request: { method: 'PUT', url: `Device?identifier=${DOORS}|${number}` },
        },
        {
          resource: {
            resourceType: 'Flag',
            status: 'active',
            code: { text: 'wears a badge' },
            subject: who,
            author: { reference: badge },
          },
          request: { method: 'POST', url: 'Flag' },
        },
        {
          resource: {
            resourceType: 'Patient',
            extension: [{ url: 'https://doors.example/badge', valueReference: { reference: badge } }],
          },
          request: { method: 'PUT', url: who.reference },
        },
      ];
    });
  },
  { isAddition: true },
);

/** An event of the door system's own. */
const badgeLost = defineHl7Map('ZBG^Z01', (message) =>
  segmentsOf(message, 'ZBG').map((segment) => ({
    resource: {
      resourceType: 'Device',
      identifier: [{ system: DOORS, value: segment.get(1) }],
      status: 'inactive',
    },
    request: { method: 'PUT', url: `Device?identifier=${DOORS}|${segment.get(1)}` },
  })),
);

/** In the place of the gateway's own. */
const placesWithDoors = defineHl7Map('MFN^M05', (message) =>
  segmentsOf(message, 'LOC').map((segment) => ({
    resource: { resourceType: 'Location', name: `Door of ${segment.get(2)}` },
    request: { method: 'POST', url: 'Location', ifNoneExist: `name:exact=Door of ${segment.get(2)}` },
  })),
);

const deletes = defineHl7Map('ZBG^Z02', () => [
  { request: { method: 'DELETE', url: 'Device/1' }, resource: { resourceType: 'Device' } },
]);

/** Entries that no map may make. */
const says = (event: string, entry: TransactionEntry) => defineHl7Map(event, () => [entry]);
const unusable = [
  says('ZBG^Z04', {
    resource: { resourceType: 'Provenance', target: [], recorded: '2026-01-01T00:00:00Z', agent: [] },
    request: { method: 'POST', url: 'Provenance' },
  }),
  says('ZBG^Z05', { resource: { resourceType: 'Device' }, request: { method: 'POST', url: 'Location' } }),
  says('ZBG^Z06', { resource: { resourceType: 'Device' }, request: { method: 'PUT', url: 'Device' } }),
  says('ZBG^Z07', { resource: { resourceType: 'Device' }, request: { method: 'PUT', url: 'urn:uuid:1' } }),
  says('ZBG^Z08', { request: { method: 'POST', url: 'Device' } }),
];

const fails = defineHl7Map('ZBG^Z03', () => {
  throw new Error('a bug');
});

export const code: ModuleCode = { hl7Maps: [badgeOfPatient, badgeLost, placesWithDoors, deletes, fails, ...unusable] };
