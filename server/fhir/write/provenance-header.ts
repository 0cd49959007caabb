import { fault } from '../../kernel/fault.ts';
import { isObject, parseJson, type JsonObject } from '../../kernel/json.ts';
import type { AuditEntry, AuditTrail } from '../audit-trail.ts';
import type { Ctx, Engine } from '../engine.ts';
import { create } from '../interactions/create.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';
import { inTransaction } from './in-transaction.ts';

/** Interactions of the router's table that the header may come with; `batch`: of a transaction Bundle. */
const WRITES: ReadonlySet<string> = new Set([
  'create',
  'update',
  'conditional-update',
  'patch',
  'conditional-patch',
  'batch',
]);
const MAX_LENGTH = 65_536;

/**
 * Runs a write that comes with `X-Provenance`, and stores that Provenance in the same transaction, about the versions that
 * were written. https://hl7.org/fhir/R4/provenance.html#header
 * @throws Fault 400 when the header is no Provenance without targets, or the interaction writes nothing
 */
export function withProvenance(
  engine: Engine,
  ctx: Ctx,
  request: FhirRequest,
  interaction: string,
  run: (ctx: Ctx) => Promise<FhirResponse>,
): Promise<FhirResponse> {
  const provenance = readHeader(request, interaction);
  return inTransaction(engine, ctx, async (inner) => {
    const written: string[] = [];
    const answer = await run({ ...inner, audit: collecting(inner.audit, written) });
    const stored = written.filter((reference) => !engine.typeServers.has(reference.slice(0, reference.indexOf('/'))));
    if (stored.length > 0) {
      const body = { ...provenance, target: stored.map((reference) => ({ reference })) };
      await create(engine, inner, { method: 'POST', path: ['Provenance'], query: '', headers: NO_HEADERS, body });
    }
    return answer;
  });
}

const NO_HEADERS: FhirRequest['headers'] = { prefer: {}, accept: [] };

function readHeader({ headers, body }: FhirRequest, interaction: string): JsonObject {
  if (!WRITES.has(interaction) || (interaction === 'batch' && (!isObject(body) || body.type !== 'transaction'))) {
    throw badHeader('X-Provenance comes with create, update, patch or a transaction.');
  }
  // Node reads headers as Latin-1; names of people are sent as UTF-8.
  const text = Buffer.from(headers.provenance ?? '', 'latin1').toString('utf8');
  if (text.length > MAX_LENGTH) throw badHeader(`X-Provenance may have ${MAX_LENGTH} characters.`);
  let provenance;
  try {
    provenance = parseJson(text);
  } catch {
    throw badHeader('X-Provenance must be a Provenance resource as JSON.');
  }
  if (!isObject(provenance) || provenance.resourceType !== 'Provenance') {
    throw badHeader('X-Provenance must be a Provenance resource: {"resourceType":"Provenance",…}.');
  }
  if (provenance.target !== undefined) {
    throw badHeader('The Provenance in X-Provenance has no target; the server fills it with what is written.');
  }
  return provenance;
}

function badHeader(text: string): Error {
  return fault('rest.badProvenance', 400, 'value', text, 'http.X-Provenance');
}

/** A trail that also notes, as versioned references, what is written. */
function collecting(trail: AuditTrail, written: string[]): AuditTrail {
  const collect = ({ action, type, id, version }: AuditEntry): void => {
    if ((action === 'C' || action === 'U') && type !== undefined && id !== undefined && version !== undefined) {
      written.push(`${type}/${id}/_history/${version}`);
    }
  };
  return {
    ...trail,
    note(entry) {
      collect(entry);
      trail.note(entry);
    },
    rows(entries) {
      for (const entry of entries) collect(entry);
      return trail.rows(entries);
    },
  };
}
