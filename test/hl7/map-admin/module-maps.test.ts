import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { DeliverableMessage } from '../../../hl7-gateway/deliver/delivered.ts';
import type { MappedMessage } from '../../../hl7-gateway/map/mapped-message.ts';
import { mapOf } from '../../../hl7-gateway/map/message-maps.ts';
import { openModuleMaps, type ModuleMaps } from '../../../hl7-gateway/map/modules/open-module-maps.ts';
import type { Body } from '../../flows/fhir-server.ts';
import { LAB, openDeliveryClinic, type DeliveryClinic } from '../deliver/delivery-clinic.ts';
import { CONTEXT, messageOf } from './samples.ts';

const MODULES = fileURLToPath(new URL('../../modules/hl7', import.meta.url));

let clinic: DeliveryClinic;
let maps: ModuleMaps;
beforeAll(async () => {
  clinic = await openDeliveryClinic(MODULES, 'all');
  maps = openMaps(MODULES);
  await maps.refresh();
});
afterAll(async () => {
  await maps.close();
  await clinic.close();
});

function openMaps(folder: string, onError: (error: unknown) => void = clinic.onError): ModuleMaps {
  return openModuleMaps({
    read: async () => (await clinic.client.send({ method: 'GET', path: '$modules' })).body,
    folder,
    pause: 60_000,
    onError,
  });
}

let sent = 0;

function mapped(event: string, ...segments: readonly string[]): MappedMessage {
  sent += 1;
  const message = messageOf(`MSH|^~\\&|LAB|L|A|B|20260301||${event}|${sent}|P|2.5`, ...segments);
  const map = maps.mapOf(event);
  if (map === undefined || map === 'not-ready') throw new Error('no map');
  return map.map(message, CONTEXT);
}

function deliverable(event: string, ...segments: readonly string[]): DeliverableMessage {
  const said = mapped(event, ...segments);
  return {
    id: randomUUID(),
    controlId: `C${sent}`,
    event,
    receivedAt: CONTEXT.receivedAt,
    partner: LAB,
    mapped: said,
  };
}

async function only(query: string): Promise<Body> {
  const [found, ...others] = await clinic.search(query);
  if (found === undefined || others.length > 0) throw new Error(`${query} finds not one`);
  return found;
}

test('one that adds to the own map: both are applied, linked, and repeated without a copy', async () => {
  const pid = (id: string): string => `PID|1||${id}^^^MRN||Door^Dora||19700102|F`;
  const outcomes = await clinic.deliver(
    deliverable('ADT^A08', pid('B1'), 'ZBG|77|red^matt'),
    deliverable('ADT^A08', pid('B2'), 'ZBG|78|blue'),
  );
  expect(outcomes.map(({ kind }) => kind)).toEqual(['applied', 'applied']);
  await clinic.deliver(deliverable('ADT^A08', pid('B1'), 'ZBG|77|green'));
  const [patient, other] = [
    await only('Patient?identifier=https://athanor.health/fhir/hl7/lab/MRN|B1'),
    await only('Patient?identifier=https://athanor.health/fhir/hl7/lab/MRN|B2'),
  ];
  const badge = await only('Device?identifier=https://doors.example/badges|77');
  expect(patient).toMatchObject({
    birthDate: '1970-01-02',
    extension: expect.arrayContaining([
      { url: 'https://doors.example/badge', valueReference: { reference: `Device/${badge.id}` } },
    ]) as unknown,
  });
  expect(other.extension).not.toEqual(patient.extension);
  expect(badge).toMatchObject({ note: [{ text: 'green' }] });
  const flags = await clinic.search(`Flag?patient=Patient/${patient.id}`);
  expect(flags).toHaveLength(2);
  expect(flags[0]).toMatchObject({ author: { reference: `Device/${badge.id}` } });
});

test('what neither of them reads is known', () => {
  const { unread } = mapped('ADT^A08', 'PID|1||B9^^^MRN', 'ZBG|77|red^matt|front', 'ZZZ|1');
  expect(unread).toEqual(['ZBG[1]-2.2', 'ZBG[1]-3', 'ZZZ[1]']);
});

test('an event that the gateway does not know, and one in whose place it stands', async () => {
  await clinic.deliver(deliverable('ZBG^Z01', 'ZBG|79'));
  expect(await only('Device?identifier=https://doors.example/badges|79')).toMatchObject({ status: 'inactive' });
  await clinic.deliver(deliverable('MFN^M05', 'MFE|MAD', 'LOC|L1|Hall'));
  await clinic.deliver(deliverable('MFN^M05', 'MFE|MAD', 'LOC|L1|Hall'));
  expect(await only('Location?name=Door of Hall')).toMatchObject({ name: 'Door of Hall' });
  expect(await clinic.search('Location?name:exact=Hall')).toEqual([]);
});

test('faults name event and module', () => {
  expect(() => mapped('ZBG^Z02')).toThrow('HL7 map ZBG^Z02 of module badges deletes');
  expect(() => mapped('ZBG^Z03')).toThrow('the HL7 map ZBG^Z03 of module badges failed');
});

test.each(['Z04', 'Z05', 'Z06', 'Z07', 'Z08'])('what cannot be applied is refused: %s', (trigger) => {
  expect(() => mapped(`ZBG^${trigger}`, 'ZBG|1')).toThrow(
    expect.objectContaining({ code: '207', message: expect.stringContaining('module badges') as unknown }) as Error,
  );
});

test('before the server has answered nobody knows; where the code is not, nobody reads its events', async () => {
  const early = openModuleMaps({
    read: () => Promise.reject(new Error('away')),
    folder: MODULES,
    pause: 60_000,
    onError: () => undefined,
  });
  expect(early.mapOf('ADT^A01')).toBe('not-ready');
  await early.close();
  const elsewhere = openMaps('/nowhere', () => undefined);
  await expect(elsewhere.refresh()).rejects.toThrow(AggregateError);
  expect(elsewhere.mapOf('ADT^A08')).toBeUndefined();
  expect(elsewhere.mapOf('ADT^A01')).toBe(mapOf('ADT^A01'));
  await elsewhere.close();
});

test('a module that the organisation has switched off reads nothing', async () => {
  const parameter = [{ name: 'name', valueCode: 'badges' }];
  const { status, text } = await clinic.send('POST', '$module-disable', { resourceType: 'Parameters', parameter });
  expect(`${status} ${status === 200 ? '' : text}`).toBe('200 ');
  await maps.refresh();
  expect(maps.mapOf('ADT^A08')).toBe(mapOf('ADT^A08'));
  expect(maps.mapOf('ZBG^Z01')).toBeUndefined();
});
