import type { PackageResource } from '../../storage/packages.ts';
import { execute } from '../bundle/execute.ts';
import type { Entry } from '../bundle/entries.ts';
import type { Step } from '../bundle/resolve.ts';
import type { Ctx, Engine } from '../engine.ts';
import type { PlannedResource } from './plan-package.ts';

/** Bytes of the files that one statement writes. */
const BATCH = 33_554_432;

/**
 * Writes checked resources in the open transaction as a transaction Bundle would; what is there already with the same
 * content stays as it is. Answers the versions that are live then.
 */
export async function writeResources(
  engine: Engine,
  ctx: Ctx,
  resources: readonly PlannedResource[],
): Promise<PackageResource[]> {
  const written: PackageResource[] = [];
  for (const batch of batchesOf(resources)) {
    const done = await execute(withoutValidation(engine), ctx, { steps: batch.map(putStep), links: new Map() });
    for (const result of done.values()) {
      if (result.kind !== 'version') continue;
      const { type, id, version } = result.row;
      written.push({ type, id, version });
    }
  }
  return written;
}

function batchesOf(resources: readonly PlannedResource[]): PlannedResource[][] {
  const batches: PlannedResource[][] = [];
  let room = 0;
  // Implementation guides refer to everything else.
  const guides = resources.filter(({ type }) => type === 'ImplementationGuide');
  for (const planned of [...resources.filter((each) => !guides.includes(each)), ...guides]) {
    if (planned.size > room) {
      batches.push([]);
      room = BATCH;
    }
    room -= planned.size;
    batches.at(-1)?.push(planned);
  }
  return batches;
}

function putStep({ type, id, resource }: PlannedResource, index: number): Step {
  const entry: Entry = {
    index,
    fullUrl: undefined,
    method: 'PUT',
    path: [type, id],
    query: '',
    resource,
    ifMatch: undefined,
    ifNoneMatch: undefined,
    ifModifiedSince: undefined,
    ifNoneExist: undefined,
  };
  return { entry, kind: 'put', type, id };
}

/** They were validated before the transaction began. */
function withoutValidation(engine: Engine): Engine {
  return Object.create(engine, { validate: { value: () => [] } }) as Engine;
}
