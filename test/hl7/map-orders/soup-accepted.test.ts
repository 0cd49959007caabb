import fc from 'fast-check';
import { MapFailure } from '../../../hl7-gateway/map/mapped-message.ts';
import { messageOf } from '../map-admin/samples.ts';
import { openOrderClinic, type OrderClinic } from './order-clinic.ts';
import { PERSON, soup } from './soup.ts';

let clinic: OrderClinic;
beforeAll(async () => {
  clinic = await openOrderClinic();
});
afterAll(() => clinic.close());

/** Numbers of persons, orders, specimens and studies: each message has its own. */
const NUMBERS = /\b(4711|[PFSTV]\d|ACC1?|RX\d|1\.2\.840\.9|1\.2\.3)\b/g;

/** A message may be refused for what it says, never for how the resources are made. */
test('whatever is made of a message is FHIR that the server takes', async () => {
  let sent = 0;
  const kinds = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(soup, async ([event, segments]) => {
      sent += 1;
      const head = `MSH|^~\\&|A|B|C|D|20261101090000||${event}|S${sent}|P|2.5.1`;
      try {
        const own = [PERSON, ...segments].map((segment) => segment.replaceAll(NUMBERS, `$1.${sent}`));
        const outcome = await clinic.apply(messageOf(head, ...own));
        expect(JSON.stringify(outcome)).not.toContain('validation.failed');
        kinds.set(outcome.kind, (kinds.get(outcome.kind) ?? 0) + 1);
      } catch (error) {
        if (!(error instanceof MapFailure)) throw error;
      }
    }),
    { numRuns: 60, endOnFailure: true },
  );
  // Few are refused for what they say: most have been checked whole.
  expect(kinds.get('applied') ?? 0).toBeGreaterThan(20);
});
