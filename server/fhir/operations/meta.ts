import { fault } from '../../kernel/fault.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { samplePerToken } from '../../storage/meta-samples.ts';
import { readLive } from '../../storage/read.ts';
import type { Ctx, Engine } from '../engine.ts';
import { absent } from '../interactions/read.ts';
import type { FhirResponse } from '../request.ts';
import { versionHeaders } from '../write/answer.ts';
import { parseStored } from '../write/current.ts';
import { metaAnswer, metaOf } from './change-meta.ts';
import { primitiveInput } from './input.ts';
import { withMeta } from './meta-set.ts';
import type { Operation } from './operation.ts';

/** The parameters whose index knows which profiles, security labels and tags are in use. */
const PARAMS = ['_profile', '_security', '_tag'];
const MAX_SAMPLES = 1000;

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
  const ref = engine.hasher(ctx.tenant).target(`${type}/${id}`);
  const live = await readLive(ctx.db, ctx.tenant, ref);
  if (live === undefined) throw await absent(ctx, type, id, ref);
  const row = { type, id, version: live.version, updated: live.updated, body: live.body };
  return metaAnswer(metaOf(parseStored(type, row)), versionHeaders(row));
}

async function metaInUse(engine: Engine, ctx: Ctx, types: readonly string[]): Promise<FhirResponse> {
  const hasher = engine.hasher(ctx.tenant);
  const ranges = types.flatMap((type) =>
    PARAMS.flatMap((code) => engine.registry.param(type, code)?.slots ?? []).map(({ slot }) =>
      hasher.slotRange(slot.id),
    ),
  );
  const samples = await samplePerToken(ctx.db, ctx.tenant, ranges, MAX_SAMPLES + 1);
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
    const resource = parseStored(engine.definitions.typeName(row.type), row);
    inUse = withMeta(inUse, metaOf(resource));
  }
  return metaAnswer(inUse, {});
}
