import type { JsonObject } from '../../../server/kernel/json.ts';
import { openPeers } from './peers.ts';

const BASE = 'https://athanor.health/fhir/StructureDefinition/';
const part = (url: string, valueString: string): JsonObject => ({ url, valueString });

function endpoint(id: string, parts: readonly JsonObject[], change: JsonObject = {}): JsonObject {
  return {
    resourceType: 'Endpoint',
    id,
    status: 'active',
    meta: { profile: [`${BASE}dicom-modality`] },
    extension: [{ url: `${BASE}dicom-peer`, extension: [...parts] }],
    ...change,
  };
}

test('who is let in: by title and address, of active Endpoints that are read whole', async () => {
  const problems: string[] = [];
  const peers = openPeers({
    search: () =>
      Promise.resolve([
        endpoint('ct', [part('ae-title', 'CT 1'), part('address', '10.0.0.0/8'), part('address', '192.168.1.7')]),
        endpoint('any', [part('ae-title', 'ANY')]),
        endpoint('twice', [part('ae-title', 'TWO'), part('address', '10.0.0.1')]),
        endpoint('twice-2', [part('ae-title', 'TWO')]),
        endpoint('off', [part('ae-title', 'OFF')], { status: 'off' }),
        endpoint('other', [part('ae-title', 'OTHER')], { meta: {} }),
        endpoint('network', [part('ae-title', 'BAD1'), part('address', '10.0.0.0/99')]),
        endpoint('title', [part('ae-title', 'A\\B')]),
        endpoint('long', [part('ae-title', 'A'.repeat(17))]),
        endpoint('unknown', [part('ae-title', 'BAD2'), part('adress', '10.0.0.1')]),
        endpoint('none', [], { extension: [] }),
      ]),
    pause: 60_000,
    onError: () => undefined,
    onProblem: (id) => problems.push(id),
  });
  await peers.refresh();
  const admitted = (title: string, address: string): string | undefined => peers.admit(title, address)?.endpoint;
  expect(admitted('CT 1', '10.1.2.3')).toBe('ct');
  expect(admitted('CT 1', '192.168.1.7')).toBe('ct');
  expect(admitted('CT 1', '192.168.1.8')).toBeUndefined();
  expect(admitted('ct 1', '10.1.2.3')).toBeUndefined();
  expect(admitted('ANY', '2001:db8::1')).toBe('any');
  expect(admitted('TWO', '10.0.0.2')).toBe('twice-2');
  expect(admitted('TWO', '10.0.0.1')).toBeUndefined();
  for (const title of ['OFF', 'OTHER', 'BAD1', 'BAD2', 'A\\B', '', 'NOBODY'])
    expect(admitted(title, '10.0.0.1')).toBeUndefined();
  expect([...new Set(problems)].sort()).toEqual(['long', 'network', 'none', 'title', 'unknown']);
  await peers.close();
});
