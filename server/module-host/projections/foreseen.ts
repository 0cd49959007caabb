import type { ResourceChange } from '../../fhir/write/write-hooks.ts';
import { NeedsTransaction } from '../../fhir/write/write-hooks.ts';
import type { Projection, ProjectionTables } from '../../sdk/projection.ts';
import { projectAll } from './images.ts';

/** Whether nothing follows from a change in a projection's tables: found by what `project` asks of them. */
export async function projectsNothing(
  projection: Projection,
  change: ResourceChange,
  tenant: number,
): Promise<boolean> {
  let isAsked = false;
  const tables: ProjectionTables = {
    tenant,
    query() {
      isAsked = true;
      throw new NeedsTransaction();
    },
  };
  try {
    await projectAll(projection, [change], tables);
  } catch (error) {
    if (!(error instanceof NeedsTransaction)) throw error;
  }
  return !isAsked;
}
