/** The tables of one release. Their names are made of its number, so they need no quoting. */
export interface ReleaseTables {
  readonly concept: string;
  readonly designation: string;
  readonly property: string;
  readonly member: string;
  readonly prefix: string;
}

export function releaseTables(release: number): ReleaseTables {
  const name = (part: string): string => `terminology.${part}_${Math.trunc(release)}`;
  return {
    concept: name('concept'),
    designation: name('designation'),
    property: name('property'),
    member: name('member'),
    prefix: name('prefix'),
  };
}

/**
 * - concept: `lineage` = all its ancestors and itself, `descendants` = how many it has, `own` = single values that nobody
 *   searches by, `words` = the words of all its designations, without positions.
 * - designation: `use` = place in the release's list of uses; `preferred`, `acceptable` = reference sets (dialects).
 * - property: one value; a relationship has a `target` and, in SNOMED CT, a group (0: none).
 * - member: rows of reference sets; `fields` = further columns by name, as JSON.
 * - prefix: beginnings of words that more than a thousand concepts share, with the best of those.
 */
export function createTables(tables: ReleaseTables): string {
  return `
create table ${tables.concept} (
  id integer not null, descendants integer not null, length smallint not null, is_active boolean not null,
  is_abstract boolean not null, code text collate "C" not null, display text, definition text, own jsonb,
  parents integer[] not null, lineage integer[] not null, words tsvector not null
);
alter table ${tables.concept} alter lineage set statistics 1000, alter words set statistics 1000;
create table ${tables.designation} (
  concept integer not null, use smallint, language text collate "C", preferred integer[], acceptable integer[],
  value text not null
);
create table ${tables.property} (
  concept integer not null, kind smallint not null, rel_group integer not null, target integer, number numeric,
  value text collate "C"
);
create table ${tables.member} (refset integer not null, concept integer not null, target integer, fields jsonb);
create table ${tables.prefix} (prefix text collate "C" primary key, hits integer not null, ids integer[] not null)`;
}

/** Statements that can each be repeated: what a killed load has built is not built again. */
export function indexStatements(tables: ReleaseTables, isCaseSensitive: boolean): readonly string[] {
  const index = (table: string, name: string, definition: string, kind = 'index'): string =>
    `create ${kind} if not exists ${table.slice(table.indexOf('.') + 1)}_${name} on ${table} ${definition}`;
  const { concept, designation, property, member } = tables;
  return [
    // The one that takes longest comes first.
    index(concept, 'find', `using gin (words, lineage)`),
    index(concept, 'code', `(${isCaseSensitive ? 'code' : 'lower(code)'})`, 'unique index'),
    index(concept, 'id', `(id)`, 'unique index'),
    index(concept, 'parents', `using gin (parents)`),
    index(designation, 'concept', `(concept)`),
    index(property, 'concept', `(concept)`),
    index(property, 'target', `(kind, target, concept) where target is not null`),
    // Part of a value: an index row holds 2,700 bytes at most.
    index(property, 'value', `(kind, left(value, 200), concept) where value is not null`),
    index(property, 'number', `(kind, number, concept) where number is not null`),
    index(member, 'refset', `(refset, concept)`),
    index(member, 'concept', `(concept)`),
    index(member, 'target', `(refset, target) where target is not null`),
  ];
}

export function dropTables(tables: ReleaseTables): string {
  return `drop table if exists ${Object.values(tables).join(', ')}`;
}
