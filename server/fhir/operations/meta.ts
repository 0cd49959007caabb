import { fault } from '../../kernel/fault.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { samplePerToken } from '../../storage/meta-samples.ts';
import type { Ctx, Engine } from '../engine.ts';
import { visibleVersion } from '../interactions/visible.ts';
import type { FhirResponse } from '../request.ts';
import { allowedIn, allowedRows } from '../search/allowed-rows.ts';
import { shownResource } from '../shape/shown-resource.ts';
import { versionHeaders } from '../write/answer.ts';
import { parseStored } from '../write/current.ts';
import { metaAnswer, metaOf } from './change-meta.ts';
import { primitiveInput } from './input.ts';
import { withMeta } from './meta-set.ts';
import type { Operation } from './operation.ts';

/** The parameters whose index knows which profiles, security labels and tags are in use. */
const PARAMS = ['_profile', '_security', '_tag'];
const MAX_SAMPLES = 1000;
/** What is in use is found by searching, and told by reading. */
const ACTIONS = ['read', 'search'] as const;

/** https://hl7.org/fhir/R4/resource-operation-meta.html */
export const meta: Operation = {
  code: 'meta',
  definition: 'http://hl7.org/fhir/OperationDefinition/Resource-meta',
  text: 'The meta of a resource, or the profiles, tags and security labels in use by a type or by the whole system.',
  levels: ['system', 'type', 'instance'],
  affectsState: false,
  run(engine, ctx, { request, type, id }) {
    primitiveInput(request, []);
    if (type !== undefined && id !== undefined) return metaOfOne(engine, ctx, type, id);
    return metaInUse(engine, ctx, type === undefined ? engine.definitions.resourceTypes : [type]);
  },
};

async function metaOfOne(engine: Engine, ctx: Ctx, type: string, id: string): Promise<FhirResponse> {
  const row = await visibleVersion(engine, ctx, type, id);
  if (ctx.audit.isOn) {
    const { version, body } = row;
    ctx.audit.note({ action: 'E', interaction: '$meta', type, id, version, seen: [{ type, id, body }] });
  }
  const resource = shownResource(engine.definitions, ctx.access, parseStored(type, row));
  return metaAnswer(metaOf(resource), versionHeaders(row));
}

async function metaInUse(engine: Engine, ctx: Ctx, types: readonly string[]): Promise<FhirResponse> {
  const hasher = engine.hasher(ctx.tenant);
  const possible = types.filter((type) => allowedIn(ctx.access, type, ACTIONS) !== 'none');
  const ranges = possible.flatMap((type) =>
    PARAMS.flatMap((code) => engine.registry.param(type, code)?.slots ?? []).map(({ slot }) =>
      hasher.slotRange(slot.id),
    ),
  );
  const allowed = allowedRows(engine, ctx, possible, ...ACTIONS);
  const samples = await samplePerToken(ctx.db, ctx.tenant, ranges, MAX_SAMPLES + 1, allowed);
  if (samples.length > MAX_SAMPLES) {
    throw fault(
      'operation.tooMuchMeta',
      400,
      'too-costly',
      `More than ${MAX_SAMPLES} different profiles, tags and security labels are in use; ask for one type, or one resource.`,
    );
  }
  let inUse: JsonObject = {};
  for (const row of samples) {
    const stored = parseStored(engine.definitions.typeName(row.type), row);
    const resource = shownResource(engine.definitions, ctx.access, stored);
    inUse = withMeta(inUse, metaOf(resource));
  }
  return metaAnswer(inUse, {});
}
