import { fault } from '../../kernel/fault.ts';
import { reportAnswer } from '../packages/report.ts';
import { uninstallPackage as uninstall } from '../packages/uninstall-package.ts';
import { single } from '../query.ts';
import { primitiveInput } from './input.ts';
import type { Operation } from './operation.ts';
import { withAuthority } from './with-authority.ts';

export const uninstallPackage: Operation = {
  code: 'uninstall-package',
  definition: 'https://athanor.health/fhir/OperationDefinition/uninstall-package',
  text: 'Removes a FHIR package, given its name and version, with the resources that it brought and nobody changed since.',
  levels: ['system'],
  affectsState: true,
  async run(engine, ctx, { request }) {
    const input = primitiveInput(request, ['name', 'version']);
    const [name, version] = ['name', 'version'].map((parameter) => single(input, parameter));
    if (name === undefined || version === undefined) {
      const text = 'Name the package by name and version, such as hl7.fhir.us.core and 7.0.0; $packages lists them.';
      throw fault('package.noName', 400, 'required', text, 'Parameters.parameter');
    }
    const { reports, issues } = await uninstall(engine, withAuthority(ctx), name, version);
    return reportAnswer(reports, issues);
  },
};
