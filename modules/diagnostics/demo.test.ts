import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testClinic } from '#sdk/testing';

const clinic = testClinic(import.meta.dirname);

const bundles = ['administration', 'diagnostics'].flatMap((module) => {
  const folder = join(import.meta.dirname, '..', module, 'demo');
  return readdirSync(folder)
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as object);
});

test('the demo has an order for the worklist and a modality that may ask for it, once however often it is loaded', async () => {
  for (const bundle of [...bundles, ...bundles]) {
    const { status, body } = await clinic.send('POST', '', bundle);
    expect([status, body.issue]).toEqual([200, undefined]);
  }
  const orders = await clinic.get('ServiceRequest?status=active&identifier=urn:dicom:uid|');
  const modalities = await clinic.get('Endpoint?connection-type=dimse&status=active');
  expect([orders.body.total, modalities.body.total]).toEqual([1, 1]);
});
