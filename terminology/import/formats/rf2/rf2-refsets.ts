import type { JsonObject } from '../../../../server/kernel/json.ts';
import { readRows } from '../../read-rows.ts';
import type { ReleaseBuilder } from '../../release-builder.ts';
import type { ReadContext } from '../../release-format.ts';
import type { ReleaseFile } from '../../release-input.ts';
import type { Rf2Files } from './rf2-files.ts';

const MEMBER = ['active', 'refsetId', 'referencedComponentId'];
const EXTENDED_MAP = ['mapGroup', 'mapPriority', 'mapRule', 'mapAdvice', 'mapTarget', 'correlationId', 'mapCategoryId'];

/**
 * Reference sets whose members are concepts, with their further columns; those of descriptions and relationships are
 * left out.
 */
export async function readRefsets(files: Rf2Files, builder: ReleaseBuilder, context: ReadContext): Promise<void> {
  for (const file of files.simple) await members(file, [], builder, context);
  for (const file of files.associations) await members(file, ['targetComponentId'], builder, context);
  for (const file of files.attributeValues) await members(file, ['valueId'], builder, context);
  for (const file of files.simpleMaps) await members(file, ['mapTarget'], builder, context);
  for (const file of files.extendedMaps) await members(file, EXTENDED_MAP, builder, context);
}

async function members(
  file: ReleaseFile,
  columns: readonly string[],
  builder: ReleaseBuilder,
  context: ReadContext,
): Promise<void> {
  const layout = { delimiter: '\t', columns: [...MEMBER, ...columns] } as const;
  await readRows(context, file, layout, ([active, refsetId = '', component = '', ...values], line) => {
    if (active !== '1') return;
    const concept = builder.idOf(component);
    if (concept === undefined) return;
    const refset = builder.idOf(refsetId);
    if (refset === undefined) {
      context.problems.warning(
        file.name,
        line,
        `the reference set ${refsetId} is left out: its concept is not in the release`,
      );
      return;
    }
    if (columns.length === 0) builder.member(refset, concept);
    else if (columns[0] === 'targetComponentId') {
      const target = builder.idOf(values[0] ?? '');
      if (target !== undefined) builder.member(refset, concept, target);
    } else {
      const fields: JsonObject = {};
      columns.forEach((column, at) => (fields[column] = values[at] ?? ''));
      builder.member(refset, concept, undefined, fields);
    }
  });
}
