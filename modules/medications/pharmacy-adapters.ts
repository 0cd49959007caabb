import { canonicalText, Fault, type BotContext, type Stored } from '#sdk';
import { pharmacyMessage } from './pharmacy-message.ts';
import { isTask } from './tasks.ts';
import { endpointOf } from './transmission.ts';

/** What became of what was sent. */
export type Delivery =
  | { readonly kind: 'received' }
  | { readonly kind: 'refused'; readonly reason: string }
  /** Whoever does the work reads the Task itself. */
  | { readonly kind: 'here' };

/** A way in which prescriptions reach a pharmacy. */
export interface PharmacyAdapter {
  /** Whether this is how the Task's pharmacy is reached. */
  serves(task: Stored<'Task'>, context: BotContext): Promise<boolean>;
  /** May be called again with the same Task. @throws Error when it should be tried again */
  deliver(task: Stored<'Task'>, context: BotContext): Promise<Delivery>;
}

/** A pharmacy of the clinic: the Task is on its work list. */
const internal: PharmacyAdapter = {
  serves: (task) => Promise.resolve(task.location !== undefined),
  deliver: () => Promise.resolve({ kind: 'here' }),
};

/** A partner with an Endpoint that takes FHIR messages by HTTP. https://hl7.org/fhir/R4/messaging.html#rest */
const fhirMessage: PharmacyAdapter = {
  async serves(task, context) {
    return (await partnerEndpoint(task, context)) !== undefined;
  },
  async deliver(task, context) {
    const endpoint = await partnerEndpoint(task, context);
    if (endpoint === undefined) return { kind: 'refused', reason: 'The pharmacy has no active endpoint any more.' };
    const event = isTask(task, 'cancel') ? 'cancel-prescription' : 'new-prescription';
    const sending = { task, event, destination: endpoint.address, baseUrl: context.baseUrl } as const;
    const message = await pharmacyMessage(sending, context);
    if (message === undefined) return { kind: 'refused', reason: 'The prescription is not there any more.' };
    const origins = context.setting('partner-origins').split(' ');
    try {
      const { status } = await context.fetch(
        endpoint.address,
        {
          method: 'POST',
          headers: { 'Content-Type': 'application/fhir+json', 'Idempotency-Key': message.id },
          // Decimals keep their digits.
          body: canonicalText(message.bundle),
        },
        origins.filter((origin) => origin !== 'none'),
      );
      if (status < 300) return { kind: 'received' };
      // What is wrong with the message is wrong with it again.
      const isFinal = status >= 400 && status < 500 && status !== 408 && status !== 429;
      if (isFinal) return { kind: 'refused', reason: `The pharmacy's system answered ${status}.` };
      throw new Error(`the pharmacy's system answered ${status}`);
    } catch (error) {
      if (error instanceof Fault) return { kind: 'refused', reason: error.message };
      throw error;
    }
  },
};

async function partnerEndpoint(task: Stored<'Task'>, context: BotContext): Promise<Stored<'Endpoint'> | undefined> {
  const organization = await context.resolve(task.owner, 'Organization');
  return organization && endpointOf(organization, context);
}

/** In the order in which they are asked. */
export const PHARMACY_ADAPTERS: readonly PharmacyAdapter[] = [internal, fhirMessage];
