import { changeMeta } from './change-meta.ts';
import { withMeta } from './meta-set.ts';
import type { Operation } from './operation.ts';

/** https://hl7.org/fhir/R4/resource-operation-meta-add.html */
export const metaAdd: Operation = {
  code: 'meta-add',
  definition: 'http://hl7.org/fhir/OperationDefinition/Resource-meta-add',
  text: 'Adds profiles, tags and security labels to a resource, as a new version.',
  levels: ['instance'],
  affectsState: true,
  run: (engine, ctx, call) => changeMeta(engine, ctx, call, withMeta),
};
