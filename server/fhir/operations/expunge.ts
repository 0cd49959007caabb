import { fault } from '../../kernel/fault.ts';
import { deleteHistory, expungeTargets, liveIds, type ExpungeKind, type ExpungeScope } from '../../storage/expunge.ts';
import { lockNumbers } from '../../storage/lock.ts';
import type { Ctx, Engine } from '../engine.ts';
import { single, type Query } from '../query.ts';
import type { FhirResponse } from '../request.ts';
import { withAuthority } from './with-authority.ts';
import { inTransaction } from '../write/in-transaction.ts';
import { removeLive } from '../write/remove-live.ts';
import { flag, primitiveInput } from './input.ts';
import { refuseHeld } from './refuse-held.ts';
import type { Operation, OperationCall } from './operation.ts';

const FLAGS = ['expungeEverything', 'expungeDeletedResources', 'expungePreviousVersions'] as const;
/** Resources per call. */
const MAX_LIMIT = 1000;

/** Names and meaning of the parameters are HAPI's, which is the operation that clients know. */
export const expunge: Operation = {
  code: 'expunge',
  definition: 'https://athanor.health/fhir/OperationDefinition/expunge',
  text:
    'For administrators: removes data for good, without a trace in history. Takes expungePreviousVersions, ' +
    'expungeDeletedResources, expungeEverything (true for what shall go) and limit; answers the number of resources and versions.',
  levels: ['instance', 'type'],
  affectsState: true,
  run,
};

async function run(engine: Engine, ctx: Ctx, { request, type = '', id }: OperationCall): Promise<FhirResponse> {
  const input = primitiveInput(request, [...FLAGS, 'limit']);
  const [everything, deleted, previous] = FLAGS.map((name) => flag(input, name));
  if (everything !== true && deleted !== true && previous !== true) {
    throw fault('operation.nothingToExpunge', 400, 'required', `One of ${FLAGS.join(', ')} must be true.`);
  }
  const limit = limitOf(input);
  const scope: ExpungeScope =
    id === undefined
      ? { type: engine.definitions.typeId(type) }
      : { ref: engine.hasher(ctx.tenant).target(`${type}/${id}`) };
  // Whoever may call it removes what they may not see, too: administrators need not see records to tidy up.
  return inTransaction(engine, withAuthority(ctx), async (inner) => {
    await refuseHeld(engine, inner, type, id);
    if (everything === true) {
      const ids = id === undefined ? await liveIds(inner.db, ctx.tenant, engine.definitions.typeId(type), limit) : [id];
      await removeLive(
        engine,
        inner,
        ids.map((each) => ({ type, id: each, ifMatch: undefined })),
      );
    }
    const none = { resources: 0, versions: 0 };
    const gone = everything === true || deleted === true ? await purge(inner, scope, 'deleted', limit) : none;
    const old = previous === true ? await purge(inner, scope, 'superseded', limit) : none;
    return answer(gone.resources, gone.versions + old.versions);
  });
}

async function purge(
  ctx: Ctx,
  scope: ExpungeScope,
  kind: ExpungeKind,
  limit: number,
): Promise<{ readonly resources: number; readonly versions: number }> {
  const targets = await expungeTargets(ctx.db, ctx.tenant, scope, kind, limit);
  if (targets.length === 0) return { resources: 0, versions: 0 };
  // Whoever creates a deleted resource again under its id holds this lock while it counts on the tombstone.
  await lockNumbers(
    ctx.db,
    targets.map((target) => target.ref),
  );
  const versions = await deleteHistory(ctx.db, ctx.tenant, kind, targets);
  return { resources: targets.length, versions };
}

function answer(resources: number, versions: number): FhirResponse {
  const parameter = [
    { name: 'resources', valueInteger: resources },
    { name: 'versions', valueInteger: versions },
  ];
  return { status: 200, headers: {}, text: JSON.stringify({ resourceType: 'Parameters', parameter }) };
}

function limitOf(input: Query): number {
  const text = single(input, 'limit') ?? String(MAX_LIMIT);
  const limit = /^[1-9][0-9]{0,3}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw fault('operation.badLimit', 400, 'value', `limit must be a whole number from 1 to ${MAX_LIMIT}.`);
}
