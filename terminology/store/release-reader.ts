import type { Concept } from '../code-system.ts';
import type { Condition, Selection } from './condition.ts';
import type { ConceptRow } from './read-concepts.ts';
import type { ReleaseTables } from './release-tables.ts';
import type { Release } from './release.ts';

/** What reads one release. */
export interface ReleaseReader {
  readonly release: Release;
  readonly tables: ReleaseTables;
  /** The form in which codes are compared, of a text and as SQL: an index holds it. */
  keyOf(code: string): string;
  codeOf(alias: string): string;
  query<R>(text: string, values: readonly unknown[], name?: string): Promise<R[]>;
  /** The condition with the values it binds, the codes it names looked up. */
  prepare(selection: Selection): Promise<{ readonly condition: Condition; readonly values: unknown[] }>;
  concepts(rows: readonly ConceptRow[]): Promise<readonly Concept[]>;
}
