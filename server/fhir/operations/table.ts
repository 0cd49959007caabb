import { encounterEverything, patientEverything } from './everything.ts';
import { expunge } from './expunge.ts';
import { fhirpath } from './fhirpath.ts';
import { installPackage } from './install-package.ts';
import { metaAdd } from './meta-add.ts';
import { metaDelete } from './meta-delete.ts';
import { meta } from './meta.ts';
import type { Operation, OperationLevel } from './operation.ts';
import { packages } from './packages.ts';
import { snapshot } from './snapshot.ts';
import { TERMINOLOGY_OPERATIONS } from './terminology/terminology-operations.ts';
import { uninstallPackage } from './uninstall-package.ts';
import { validate } from './validate.ts';

/** All operations; CapabilityStatement and OpenAPI are generated from this table too. */
export const OPERATIONS: readonly Operation[] = [
  validate,
  meta,
  metaAdd,
  metaDelete,
  patientEverything,
  encounterEverything,
  expunge,
  fhirpath,
  installPackage,
  uninstallPackage,
  packages,
  snapshot,
  ...TERMINOLOGY_OPERATIONS,
];

/** The operations on the system, on a type, or on an instance of a type. */
export function operationsAt(level: OperationLevel, type: string | undefined): readonly Operation[] {
  return OPERATIONS.filter(
    ({ levels, types }) =>
      levels.includes(level) && (type === undefined || types === undefined || types.includes(type)),
  );
}

/** Whether an operation on the system takes a body that is no resource. */
export function takesBytes(path: readonly string[]): boolean {
  const [code = ''] = path;
  return (
    path.length === 1 &&
    operationsAt('system', undefined).some((one) => one.takesBytes === true && `$${one.code}` === code)
  );
}
