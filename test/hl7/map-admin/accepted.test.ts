import { randomUUID } from 'node:crypto';
import { apply, type Outcome } from '../../../hl7-gateway/deliver/deliver.ts';
import type { ParsedMessage } from '../../../hl7-gateway/hl7/parsed-message.ts';
import type { MapContext } from '../../../hl7-gateway/map/map-context.ts';
import { LAB, openDeliveryClinic, type DeliveryClinic } from '../deliver/delivery-clinic.ts';
import { contextOf, describeSamples, mapMessage, messageOf, readSample, SAMPLES } from './samples.ts';

let clinic: DeliveryClinic;
const onError = (error: unknown): void => {
  throw error;
};
beforeAll(async () => {
  if (SAMPLES.length > 0) clinic = await openDeliveryClinic();
});
afterAll(async () => {
  if (SAMPLES.length > 0) await clinic.close();
});

/** The samples use the same numbers, also those of OIDs, for different people: here each has numbers of its own. */
function ownContext(partner: string): MapContext {
  const context = contextOf(partner);
  const { systems } = context;
  return {
    ...context,
    systems: {
      ofCodingSystem: systems.ofCodingSystem,
      ofAssigner(...authority) {
        const uri = systems.ofAssigner(...authority);
        if (uri === undefined || uri.startsWith('urn:uuid:')) return uri;
        return uri.startsWith('urn:oid:') ? `${uri}.${Number(partner.slice(1))}` : `${uri}/${partner}`;
      },
    },
  };
}

async function deliver(partner: string, message: ParsedMessage): Promise<Outcome | undefined> {
  const context = ownContext(partner);
  const [outcome] = await apply({ client: clinic.client, onError }, [
    {
      id: randomUUID(),
      controlId: message.controlId,
      event: message.event,
      receivedAt: context.receivedAt,
      partner: { ...LAB, id: partner },
      mapped: mapMessage(message, context),
    },
  ]);
  return outcome;
}

/** Whole, so that a failure shows the server's reason. */
const APPLIED = { kind: 'applied', resources: expect.anything(), superseded: expect.anything() };

/** Who stays must be known before a merge. */
async function register(partner: string, message: ParsedMessage): Promise<void> {
  for (const [index, pid] of message.segments.filter(({ name }) => name === 'PID').entries())
    await deliver(partner, messageOf(`MSH|^~\\&|A|B|||20190101||ADT^A28|before-${index}|P|2.5`, pid.raw));
}

describeSamples('the server takes, with validation on, what is made of', (sample) => {
  test(sample, async () => {
    const partner = `p${sample.slice(0, 2)}`;
    const message = readSample(sample);
    if (message.segments.some(({ name }) => name === 'MRG')) await register(partner, message);
    expect(await deliver(partner, message)).toEqual(APPLIED);
    expect(await deliver(partner, message)).toEqual(APPLIED);
  });
});
