import { describeSamples, readSample, SAMPLES } from '../map-admin/samples.ts';
import { openOrderClinic, type OrderClinic } from './order-clinic.ts';

/** The samples of results give other people specimens with the numbers that those of orders have. */
describe.each([
  ['orders', /_(?:orm|oml|omg|vxu|rde|dft)_/],
  ['results', /_oru_/],
])('a server with the rules of the clinic, on %s', (_kind, names) => {
  let clinic: OrderClinic;
  beforeAll(async () => {
    if (SAMPLES.length > 0) clinic = await openOrderClinic();
  });
  afterAll(async () => {
    if (SAMPLES.length > 0) await clinic.close();
  });

  describeSamples('takes what is made of', (sample) => {
    if (!names.test(sample)) return;
    test(sample, async () => {
      const outcome = await clinic.apply(readSample(sample));
      expect(outcome).toEqual({ kind: 'applied', resources: expect.anything(), superseded: expect.anything() });
    });
  });
});
