import { readPackages } from '../../storage/packages.ts';
import { listAnswer } from '../packages/report.ts';
import { primitiveInput } from './input.ts';
import type { Operation } from './operation.ts';

export const packages: Operation = {
  code: 'packages',
  definition: 'https://athanor.health/fhir/OperationDefinition/packages',
  text: 'The FHIR packages that are installed: name, version, canonical, dependencies, and the resources of each.',
  levels: ['system'],
  affectsState: false,
  async run(_engine, ctx, { request }) {
    primitiveInput(request, []);
    return listAnswer(await readPackages(ctx.db, ctx.tenant));
  },
};
