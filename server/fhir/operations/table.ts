import { encounterEverything, patientEverything } from './everything.ts';
import { expunge } from './expunge.ts';
import { metaAdd } from './meta-add.ts';
import { metaDelete } from './meta-delete.ts';
import { meta } from './meta.ts';
import type { Operation, OperationLevel } from './operation.ts';

/** All operations; CapabilityStatement and OpenAPI are generated from this table too. */
export const OPERATIONS: readonly Operation[] = [
  meta,
  metaAdd,
  metaDelete,
  patientEverything,
  encounterEverything,
  expunge,
];

/** The operations on the system, on a type, or on an instance of a type. */
export function operationsAt(level: OperationLevel, type: string | undefined): readonly Operation[] {
  return OPERATIONS.filter(
    ({ levels, types }) =>
      levels.includes(level) && (type === undefined || types === undefined || types.includes(type)),
  );
}
