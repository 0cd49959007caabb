import type { Definitions } from '../../definitions/definitions.ts';
import { compilePath } from '../../fhirpath/compile.ts';
import { FhirpathCostError } from '../../fhirpath/model/env.ts';
import { acceptedTypes } from '../registry/accepted-types.ts';
import { simplePath } from '../registry/member.ts';
import type { PathSource } from '../registry/plan-types.ts';
import { staticType } from '../registry/static-type.ts';
import { ancestry } from '../registry/type-plan.ts';
import type { IndexedRegistry } from '../registry.ts';
import type { Slot } from '../registry-types.ts';
import type { ResourceWriter } from './composite-writer.ts';
import { compileExtract, type Extract } from './extract.ts';
import type { ReferenceReader } from './reference-target.ts';
import type { RowWriter } from './row-writer.ts';
import { valueWriter, type Companions } from './slot-writer.ts';
import type { IndexedValue } from './values.ts';

/** Writes the rows of one slot that is the end of a path. */
export function pathWriter(
  definitions: Definitions,
  registry: IndexedRegistry,
  slot: Slot,
  source: PathSource,
  reader: ReferenceReader,
): ResourceWriter {
  const extract = extractOf(definitions, slot, source.expression);
  const write = valueWriter(slot, companionsOf(registry, slot, source), reader);
  const emit = (found: IndexedValue, writer: RowWriter): void => {
    writer.markPresent(slot.ordinal);
    write(found, writer);
  };
  return (resource, writer) => {
    writer.startSlot();
    extract(resource, emit, writer);
  };
}

function extractOf(definitions: Definitions, slot: Slot, expression: string): Extract<RowWriter> {
  const { resourceType } = slot;
  const accepted = acceptedTypes(slot.kind);
  const path = simplePath(expression, ancestry(definitions, resourceType));
  const found = path && staticType(definitions, resourceType, path.steps);
  if (found !== undefined) return compileExtract(definitions, resourceType, found.steps, accepted);
  const evaluate = compilePath(expression, resourceType, definitions);
  return (resource, emit, writer) => {
    let values: readonly IndexedValue[];
    try {
      values = evaluate(resource);
    } catch (error) {
      // A parameter that does not fit one resource must not make it impossible to store that resource.
      if (error instanceof FhirpathCostError) return;
      throw error;
    }
    for (const value of values) if (accepted.has(value.type)) emit(value, writer);
  };
}

function companionsOf(registry: IndexedRegistry, { resourceType }: Slot, source: PathSource): Companions {
  return {
    ...(source.ofType === undefined ? {} : { ofType: registry.slot(resourceType, source.ofType) }),
    ...(source.identifier === undefined ? {} : { identifier: registry.slot(resourceType, source.identifier) }),
    presence: source.presence.map((bit) => ({ ...bit, slot: registry.slot(resourceType, bit.slot) })),
  };
}
