import type { JsonObject } from '../../server/kernel/json.ts';
import { readPartner } from './read-partner.ts';

const BASE = 'https://athanor.health/fhir/StructureDefinition/';

function endpoint(parts: Readonly<Record<string, readonly JsonObject[]>>, more: JsonObject = {}): JsonObject {
  return {
    resourceType: 'Endpoint',
    id: 'lab',
    status: 'active',
    address: 'mllp://lab.example:2575',
    extension: Object.entries(parts).map(([name, extension]) => ({ url: BASE + name, extension: [...extension] })),
    ...more,
  };
}

test('an Endpoint that says nothing is a partner by defaults, recognised by nothing', () => {
  expect(readPartner(endpoint({}), 'Europe/Vienna')).toEqual({
    partner: {
      id: 'lab',
      name: 'lab',
      isActive: true,
      recognition: {},
      reading: { fallbackCharset: 'windows-1252', isStrict: false, processingIds: ['P'] },
      replies: { replyWhen: 'stored', hasUniqueControlIds: false, usesSequenceNumbers: false },
      patients: { mayCreate: false, mayQuery: false, trustedSystems: [] },
      systems: [],
      timeZone: 'Europe/Vienna',
    },
  });
});

test('all that a partner says is read', () => {
  const all = endpoint(
    {
      'hl7-recognition': [
        { url: 'port', valuePositiveInt: 2576 },
        { url: 'application', valueString: 'LAB' },
        { url: 'facility', valueString: 'HOUSE' },
        { url: 'address', valueString: '10.0.0.0/8' },
        { url: 'address', valueString: '2001:db8::1' },
        { url: 'certificate', valueString: 'AB:'.repeat(31) + 'CD' },
      ],
      'hl7-reading': [
        { url: 'charset', valueCode: 'iso-8859-1' },
        { url: 'strict', valueBoolean: true },
        { url: 'processing-id', valueCode: 'T' },
        { url: 'zone', valueCode: 'Europe/Berlin' },
      ],
      'hl7-replies': [
        { url: 'when', valueCode: 'applied' },
        { url: 'unique-control-ids', valueBoolean: true },
      ],
      'hl7-patients': [
        { url: 'may-create', valueBoolean: true },
        { url: 'may-query', valueBoolean: true },
        { url: 'trusted-system', valueUri: 'urn:oid:1.2' },
      ],
      'hl7-system': [
        { url: 'kind', valueCode: 'assigner' },
        { url: 'uri', valueUri: 'urn:oid:1.2' },
      ],
      'hl7-destination': [
        { url: 'version', valueCode: '2.3.1' },
        { url: 'event', valueString: 'OML^O21' },
        { url: 'application', valueString: 'LIS' },
      ],
    },
    {
      status: 'off',
      name: 'Laboratory',
      managingOrganization: { reference: 'Organization/lab' },
      address: 'mllps://[2001:db8::2]:2575',
    },
  );
  expect(readPartner(all, 'UTC')).toEqual({
    partner: {
      id: 'lab',
      name: 'Laboratory',
      isActive: false,
      organization: 'Organization/lab',
      recognition: {
        port: 2576,
        application: 'LAB',
        facility: 'HOUSE',
        addresses: ['10.0.0.0/8', '2001:db8::1'],
        certificate: 'ab'.repeat(31) + 'cd',
      },
      reading: { charset: 'iso-8859-1', fallbackCharset: 'windows-1252', isStrict: true, processingIds: ['T'] },
      replies: { replyWhen: 'applied', hasUniqueControlIds: true, usesSequenceNumbers: false },
      patients: { mayCreate: true, mayQuery: true, trustedSystems: ['urn:oid:1.2'] },
      systems: [{ kind: 'assigner', name: '', uri: 'urn:oid:1.2' }],
      timeZone: 'Europe/Berlin',
      destination: {
        host: '2001:db8::2',
        port: 2575,
        isTls: true,
        version: '2.3.1',
        events: ['OML^O21'],
        charset: 'utf-8',
        application: 'LIS',
        facility: '',
      },
    },
  });
});

test.each<[string, Readonly<Record<string, readonly JsonObject[]>>, JsonObject, RegExp]>([
  ['an unknown part', { 'hl7-reading': [{ url: 'colour', valueCode: 'red' }] }, {}, /no part "colour"/],
  ['a text for a number', { 'hl7-recognition': [{ url: 'port', valueString: '2575' }] }, {}, /port is no number/],
  ['an empty text', { 'hl7-recognition': [{ url: 'application', valueString: ' ' }] }, {}, /application is no text/],
  [
    'two of one',
    { 'hl7-recognition': [1, 2].map((port) => ({ url: 'port', valuePositiveInt: port })) },
    {},
    /port is no single number/,
  ],
  ['no network', { 'hl7-recognition': [{ url: 'address', valueString: 'lab.example' }] }, {}, /address/],
  ['no fingerprint', { 'hl7-recognition': [{ url: 'certificate', valueString: 'abcd' }] }, {}, /certificate/],
  ['no encoding', { 'hl7-reading': [{ url: 'fallback-charset', valueCode: 'klingon' }] }, {}, /charset/],
  ['no zone', { 'hl7-reading': [{ url: 'zone', valueCode: 'Mars/Base' }] }, {}, /zone/],
  ['no time to reply', { 'hl7-replies': [{ url: 'when', valueCode: 'never' }] }, {}, /when/],
  [
    'a coding system without name',
    {
      'hl7-system': [
        { url: 'kind', valueCode: 'coding-system' },
        { url: 'uri', valueUri: 'a:b' },
      ],
    },
    {},
    /hl7-system/,
  ],
  ['no event', { 'hl7-destination': [{ url: 'event', valueString: 'A08' }] }, {}, /event/],
  ['no version', { 'hl7-destination': [{ url: 'version', valueCode: '3' }] }, {}, /version/],
  [
    'no address',
    { 'hl7-destination': [{ url: 'facility', valueString: 'X' }] },
    { address: 'https://lab.example' },
    /address/,
  ],
])('%s is told, and makes no partner', (_what, parts, more, problem) => {
  expect(readPartner(endpoint(parts, more), 'UTC')).toEqual({
    id: 'lab',
    problems: [expect.stringMatching(problem)],
  });
});
