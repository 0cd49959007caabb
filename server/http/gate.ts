import type { IncomingMessage } from 'node:http';
import type { FhirResponse } from '../fhir/request.ts';
import { senderOf } from '../kernel/networks.ts';
import type { Limits } from '../limits/limits.ts';
import { corsHeaders, isPreflight, preflightHeaders, type IsAllowedOrigin } from './cors.ts';
import type { Forwarding } from './forwarding.ts';

/** What a server that is open to others asks of a request besides who sends it. */
export interface Gate {
  readonly limits: Limits;
  readonly forwarding: Forwarding;
  readonly isAllowedOrigin: IsAllowedOrigin;
}

export interface Arrival {
  /** Of the answer, as name and value in turn. */
  readonly headers: readonly string[];
  /** The answer to a preflight, with which the request ends. */
  readonly preflight?: FhirResponse;
}

/** Health data stay in no cache of a browser or proxy. */
const UNSTORED = ['Cache-Control', 'no-store'];

/**
 * Before it is known who sends a request below the FHIR base.
 * @throws Fault 403 for a preflight of a foreign origin, 429
 */
export async function arrive(gate: Gate, incoming: IncomingMessage, path: readonly string[]): Promise<Arrival> {
  const { limits, forwarding, isAllowedOrigin } = gate;
  await limits.arrive(senderOf(forwarding.addressOf(incoming)), 1);
  // What the server can do may be read by everybody. https://hl7.org/fhir/R4/http.html#capabilities
  const isPublic = path.length === 1 && path[0] === 'metadata';
  if (isPreflight(incoming)) {
    const headers = await preflightHeaders(incoming, isPublic, isAllowedOrigin);
    return { headers: [], preflight: { status: 204, headers } };
  }
  const cors = await corsHeaders(incoming, isPublic, isAllowedOrigin);
  return { headers: isPublic ? cors : [...cors, ...UNSTORED] };
}
