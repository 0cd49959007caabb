import { readRows } from '../../read-rows.ts';
import type { ReleaseBuilder } from '../../release-builder.ts';
import type { ReadContext } from '../../release-format.ts';
import type { ReleaseFile } from '../../release-input.ts';
import type { Rf2Files } from './rf2-files.ts';

const IS_A = '116680003';
const STATED = '900000000000010007';

/** The hierarchy, and the other inferred relationships as properties. */
export async function readRelationships(files: Rf2Files, builder: ReleaseBuilder, context: ReadContext): Promise<void> {
  const columns = ['active', 'sourceId', 'relationshipGroup', 'typeId', 'characteristicTypeId'];
  const relations = related(builder, context);
  for (const file of files.relationships) {
    await readRows(context, file, { delimiter: '\t', columns: [...columns, 'destinationId'] }, (cells, line) => {
      const [active, source = '', group = '', type = '', characteristic, destination = ''] = cells;
      if (active !== '1' || characteristic === STATED) return;
      const child = relations.concept(file, line, source);
      const target = relations.concept(file, line, destination);
      if (child === undefined || target === undefined) return;
      if (type === IS_A) builder.parent(child, target);
      else {
        const kind = relations.kind(file, line, type);
        if (kind !== undefined) builder.property(child, kind, { target, group: Number(group) });
      }
    });
  }
  for (const file of files.concreteValues) {
    await readRows(context, file, { delimiter: '\t', columns: [...columns, 'value'] }, (cells, line) => {
      const [active, source = '', group = '', type = '', characteristic, text = ''] = cells;
      if (active !== '1' || characteristic === STATED) return;
      const concept = relations.concept(file, line, source);
      const kind = relations.kind(file, line, type);
      const value = concreteValue(text);
      if (value === undefined)
        context.problems.error(file.name, line, `the value ${text} is neither a #number nor a "text"`);
      else if (concept !== undefined && kind !== undefined)
        builder.property(concept, kind, { ...value, group: Number(group) });
    });
  }
}

function concreteValue(text: string): { readonly number: string } | { readonly value: string } | undefined {
  const number = /^#([+-]?\d{1,30}(?:\.\d{1,30})?)$/.exec(text)?.[1];
  if (number !== undefined) return { number };
  if (text === 'true' || text === 'false') return { value: text };
  const value = /^"(.*)"$/.exec(text)?.[1];
  return value === undefined ? undefined : { value };
}

/** Looks up what rows refer to; what is not there is an error of the row. */
function related(builder: ReleaseBuilder, { problems }: ReadContext) {
  const concept = (file: ReleaseFile, line: number, code: string): number | undefined => {
    const id = builder.idOf(code);
    if (id === undefined)
      problems.error(
        file.name,
        line,
        `the concept ${code} is not in the release; load an edition, not an extension alone`,
      );
    return id;
  };
  return {
    concept,
    kind(file: ReleaseFile, line: number, type: string): number | undefined {
      const id = concept(file, line, type);
      return id === undefined ? undefined : builder.kind(type, 'code', 'rows', id);
    },
  };
}
