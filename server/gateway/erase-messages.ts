import type { Eraser } from '../fhir/operations/erase.ts';
import { fault, Fault } from '../kernel/fault.ts';
import type { GatewayLink } from './gateway-link.ts';

/** The gateway applies messages to the main tenant. */
const TENANT = 1;

/**
 * Messages about the patient, which the gateway keeps. They go before the erasure is committed: when that does not happen, it
 * is asked for again, and does not hang on them.
 * @throws Fault 503 while the gateway does not answer, or works on one of them; nothing is erased then
 */
export function eraseMessages(gateway: GatewayLink): Eraser {
  return async (_tx, { tenant, id, names, words }) => {
    if (tenant !== TENANT) return {};
    const question = {
      patient: `Patient/${id}`,
      names: [...names],
      numbers: [...words.identifiers].map((identifier) => identifier.slice(identifier.indexOf('|') + 1)),
      families: [...words.families],
      birthDates: [...words.birthDates],
    };
    const { erased } = await gateway.ask('erase', question).catch(refuse);
    return { 'HL7 messages': Number(erased) };
  };
}

/** In words for who erases. */
function refuse(cause: unknown): never {
  if (!(cause instanceof Fault) || cause.code !== 'hl7.gatewayDown') throw cause;
  const text =
    'The HL7 gateway does not answer, so that its messages about the patient cannot be erased. Nothing was erased; try again when it answers.';
  throw fault('erase.gatewayDown', 503, 'transient', text, undefined, { cause });
}
