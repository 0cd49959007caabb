import { breakGlass } from './break-glass.ts';
import { encounterEverything, patientEverything } from './everything.ts';
import { expunge } from './expunge.ts';
import { fhirpath } from './fhirpath.ts';
import { installPackage } from './install-package.ts';
import { legalHold } from './legal-hold.ts';
import { metaAdd } from './meta-add.ts';
import { metaDelete } from './meta-delete.ts';
import { meta } from './meta.ts';
import type { Operation, OperationLevel } from './operation.ts';
import { packages } from './packages.ts';
import { rectify } from './rectify.ts';
import { defineRole } from './roles/define-role.ts';
import { listRoles } from './roles/list-roles.ts';
import { removeRole } from './roles/remove-role.ts';
import { snapshot } from './snapshot.ts';
import { TERMINOLOGY_OPERATIONS } from './terminology/terminology-operations.ts';
import { uninstallPackage } from './uninstall-package.ts';
import { validate } from './validate.ts';

/** The operations that stand on FHIR alone; the server's further ones are added to them in Engine.operations. */
export const OPERATIONS: readonly Operation[] = [
  validate,
  meta,
  metaAdd,
  metaDelete,
  patientEverything,
  encounterEverything,
  breakGlass,
  expunge,
  legalHold,
  rectify,
  fhirpath,
  installPackage,
  uninstallPackage,
  packages,
  listRoles,
  defineRole,
  removeRole,
  snapshot,
  ...TERMINOLOGY_OPERATIONS,
];

/** The operations on the system, on a type, or on an instance of a type. */
export function operationsAt(
  operations: readonly Operation[],
  level: OperationLevel,
  type: string | undefined,
): readonly Operation[] {
  return operations.filter(
    ({ levels, types }) =>
      levels.includes(level) && (type === undefined || types === undefined || types.includes(type)),
  );
}

/** Whether the operation that a path names answers bytes. */
export function givesBytes(operations: readonly Operation[], path: readonly string[]): boolean {
  const last = path.at(-1) ?? '';
  return last.startsWith('$') && operations.some((one) => one.givesBytes === true && `$${one.code}` === last);
}

/** Whether the operation that a path names takes a body that is no resource. */
export function takesBytes(operations: readonly Operation[], path: readonly string[]): boolean {
  const last = path.at(-1) ?? '';
  return last.startsWith('$') && operations.some((one) => one.takesBytes === true && `$${one.code}` === last);
}
