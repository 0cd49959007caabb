import type { JsonObject } from '../../server/kernel/json.ts';
import type { Queryable } from '../../server/storage/db.ts';
import type { Concept, ConceptProperty, Designation } from '../code-system.ts';
import type { PropertyKind, ReleaseContent } from './release.ts';
import type { ReleaseTables } from './release-tables.ts';

/** Columns of `concept` that {@link readConcepts} needs. */
export interface ConceptRow {
  readonly id: number;
  readonly code: string;
  readonly display: string | null;
  readonly definition: string | null;
  readonly is_active: boolean;
  readonly is_abstract: boolean;
  readonly own: Readonly<Record<string, string>> | null;
}

export const CONCEPT_COLUMNS = ['id', 'code', 'display', 'definition', 'is_active', 'is_abstract', 'own'] as const;

interface DesignationRow {
  readonly concept: number;
  readonly use: number | null;
  readonly language: string | null;
  readonly value: string;
}

interface PropertyRow {
  readonly concept: number;
  readonly kind: number;
  readonly number: string | null;
  readonly value: string | null;
  readonly target: string | null;
  readonly target_display: string | null;
}

/** The concepts of these rows with designations (preferred ones first) and properties, in the order of the rows. */
export async function readConcepts(
  db: Queryable,
  url: string,
  tables: ReleaseTables,
  content: ReleaseContent,
  rows: readonly ConceptRow[],
): Promise<readonly Concept[]> {
  if (rows.length === 0) return [];
  const ids = [rows.map(({ id }) => id)];
  const [designations, properties] = await Promise.all([
    db.query<DesignationRow>({
      name: `designations of ${tables.designation}`,
      text:
        `select concept, use, language, value from ${tables.designation} where concept = any($1::integer[]) ` +
        `order by cardinality(coalesce(preferred, '{}')) = 0, use`,
      values: ids,
    }),
    db.query<PropertyRow>({
      name: `properties of ${tables.property}`,
      text:
        `select p.concept, p.kind, p.number::text, p.value, t.code as target, t.display as target_display ` +
        `from ${tables.property} p left join ${tables.concept} t on t.id = p.target ` +
        `where p.concept = any($1::integer[]) order by p.kind`,
      values: ids,
    }),
  ]);
  const byConcept = { designations: grouped(designations), properties: grouped(properties) };
  return rows.map((row) => ({
    code: row.code,
    ...(row.display === null ? {} : { display: row.display }),
    ...(row.definition === null ? {} : { definition: row.definition }),
    isInactive: !row.is_active,
    isAbstract: row.is_abstract,
    designations: (byConcept.designations.get(row.id) ?? []).map((found) => designationOf(content, found)),
    properties: [
      ...ownProperties(content, row.own),
      ...(byConcept.properties.get(row.id) ?? []).flatMap((found) => rowProperty(url, content, found)),
    ],
  }));
}

function grouped<R extends { readonly concept: number }>(rows: readonly R[]): ReadonlyMap<number, readonly R[]> {
  const groups = new Map<number, R[]>();
  for (const row of rows) {
    const group = groups.get(row.concept);
    if (group === undefined) groups.set(row.concept, [row]);
    else group.push(row);
  }
  return groups;
}

function designationOf({ uses }: ReleaseContent, { use, language, value }: DesignationRow): Designation {
  const coding = use === null ? undefined : uses[use];
  return { ...(language === null ? {} : { language }), ...(coding === undefined ? {} : { use: coding }), value };
}

function ownProperties({ kinds }: ReleaseContent, own: ConceptRow['own']): readonly ConceptProperty[] {
  if (own === null) return [];
  return kinds.flatMap((kind) => {
    const text = kind.storage === 'own' ? own[kind.code] : undefined;
    return text === undefined ? [] : [typedProperty(kind, text)];
  });
}

function rowProperty(url: string, { kinds }: ReleaseContent, row: PropertyRow): readonly ConceptProperty[] {
  const kind = kinds[row.kind];
  if (kind === undefined) return [];
  if (row.target !== null) return [targetProperty(url, kind, row.target, row.value ?? row.target_display)];
  // An attribute of SNOMED CT points to concepts or, elsewhere, has a number.
  if (row.number !== null)
    return [typedProperty({ ...kind, type: kind.type === 'integer' ? 'integer' : 'decimal' }, row.number)];
  return row.value === null ? [] : [typedProperty(kind, row.value)];
}

function targetProperty(url: string, kind: PropertyKind, code: string, display: string | null): ConceptProperty {
  if (kind.type !== 'Coding') return { code: kind.code, type: 'valueCode', value: code };
  const coding: JsonObject = { system: url, code, ...(display === null ? {} : { display }) };
  return { code: kind.code, type: 'valueCoding', value: coding };
}

function typedProperty({ code, type }: PropertyKind, text: string): ConceptProperty {
  switch (type) {
    case 'boolean':
      return { code, type: 'valueBoolean', value: text === 'true' };
    case 'integer':
      return { code, type: 'valueInteger', value: Number(text) };
    case 'decimal':
      return { code, type: 'valueDecimal', value: Number(text) };
    case 'dateTime':
      return { code, type: 'valueDateTime', value: text };
    case 'code':
      return { code, type: 'valueCode', value: text };
    case 'string':
    case 'Coding':
      return { code, type: 'valueString', value: text };
  }
}
