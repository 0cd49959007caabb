import { isObject, type JsonObject } from '../../server/kernel/json.ts';
import type { FhirClient } from '../client/fhir-client.ts';
import { isDown, Unreachable } from '../client/http-call.ts';
import { acknowledge } from '../hl7/acknowledge.ts';
import { newControlId } from '../hl7/control-id.ts';
import type { ParsedMessage } from '../hl7/parsed-message.ts';
import type { MapContext } from '../map/map-context.ts';
import { MapFailure } from '../map/mapped-message.ts';
import { patientLookup } from '../map/queries/patient-lookup.ts';
import { patientQuery, type PatientQuery } from '../map/queries/patient-query.ts';
import { patientReply } from '../map/queries/patient-reply.ts';
import type { AssignerNames } from '../map/queries/patient-segment.ts';
import type { Partner } from '../partner/partner.ts';

/** Questions that are understood: PDQ and PIX, and the older one for a patient. */
const QUERIES: readonly string[] = ['QBP^Q22', 'QBP^Q23', 'QRY^A19'];

/** Whether a message asks something; others of the kind are answered that they are not understood. */
export function isQuery(message: ParsedMessage): boolean {
  return /^(?:QBP|QRY|QSB)\^/.test(message.event);
}

export type QueryAnswer =
  | { readonly kind: 'answered'; readonly reply: string }
  | { readonly kind: 'retry'; readonly reason: string; readonly isDown: boolean };

export interface QueryPorts {
  readonly client: FhirClient;
  contextOf(partner: Partner, receivedAt: string): MapContext;
  /** Milliseconds of the epoch. */
  now(): number;
}

/** The reply to a question: what the server finds with the gateway's rights, for a partner who may ask. */
export async function answerQuery(ports: QueryPorts, message: ParsedMessage, partner: Partner): Promise<QueryAnswer> {
  const at = new Date(ports.now());
  const refuse = (code: string, location: string, text: string): QueryAnswer => ({
    kind: 'answered',
    reply: acknowledge(message, { code: 'AE', controlId: newControlId(), at, errors: [{ code, location, text }] }),
  });
  if (!QUERIES.includes(message.event)) {
    return refuse('201', 'MSH^1^9', `Only ${QUERIES.join(', ')} are answered`);
  }
  if (partner.patients.mayQuery !== true) return refuse('207', 'MSH^1^3', 'This partner may not ask for patients');
  let query: PatientQuery;
  try {
    const read = message.event === 'QRY^A19' ? patientLookup : patientQuery;
    query = read(message, ports.contextOf(partner, at.toISOString()));
  } catch (error) {
    if (!(error instanceof MapFailure)) throw error;
    return refuse(error.code, error.location, error.message);
  }
  try {
    const { status, body } = await ports.client.send({ method: 'GET', path: query.search });
    if (status !== 200) return refuse('207', 'MSH^1^9', `The server does not take the question: ${reasonOf(body)}`);
    const { code, errors, segments } = patientReply(query, body, namesOf(partner));
    return {
      kind: 'answered',
      reply: acknowledge(message, { code, controlId: newControlId(), at, errors, segments }),
    };
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return { kind: 'retry', reason: error.message, isDown: isDown(error) };
  }
}

function reasonOf({ issue }: JsonObject): string {
  const [first] = Array.isArray(issue) ? issue : [];
  return isObject(first) && typeof first.code === 'string' ? first.code : 'no reason given';
}

/** By the names of the partner's own table, and by OID. */
function namesOf({ systems }: Partner): AssignerNames {
  const known = new Map(systems.filter(({ kind }) => kind === 'assigner').map(({ name, uri }) => [uri, name]));
  return (system) => {
    const namespace = known.get(system) ?? '';
    if (system.startsWith('urn:oid:')) return { namespace, universalId: system.slice('urn:oid:'.length), type: 'ISO' };
    return namespace === '' ? undefined : { namespace, universalId: '', type: '' };
  };
}
