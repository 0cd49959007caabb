import { changeMeta } from './change-meta.ts';
import { withoutMeta } from './meta-set.ts';
import type { Operation } from './operation.ts';

/** https://hl7.org/fhir/R4/resource-operation-meta-delete.html */
export const metaDelete: Operation = {
  code: 'meta-delete',
  definition: 'http://hl7.org/fhir/OperationDefinition/Resource-meta-delete',
  text: 'Removes profiles, tags and security labels from a resource, as a new version.',
  levels: ['instance'],
  affectsState: true,
  run: (engine, ctx, call) => changeMeta(engine, ctx, call, withoutMeta),
};
