import { createHash } from 'node:crypto';
import type { Projection, ProjectionTables } from '../../sdk/projection.ts';
import { fault, type Fault } from '../../kernel/fault.ts';
import type { Queryable } from '../../storage/db.ts';

/** A projection with the module that it is of. */
export interface OwnedProjection {
  readonly module: string;
  readonly projection: Projection;
}

/** Schemas have 63 characters, and those that are being built a suffix. */
const NAME = /^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/;
const MAX_NAME = 40;

/** What PostgreSQL answers when a constraint does not hold. */
const VIOLATIONS = new Set(['23514', '23505', '23P01', '23503']);

/** The projection's schema. @throws Error for a name that is none */
export function schemaOf(name: string): string {
  if (!NAME.test(name) || name.length > MAX_NAME) {
    throw new Error(`projection "${name}" must be named module.name, in small letters, digits and "-"`);
  }
  return `module_${name.replaceAll(/[.-]/g, '_')}`;
}

/**
 * SQL with each `@table` as a table of the schema.
 * @throws Error for a name that is no table of the projection
 */
export function withTables({ name, tables }: Projection, schema: string, text: string): string {
  return text.replaceAll(/@([a-z_][a-z0-9_]*)/g, (_all, table: string) => {
    if (!tables.includes(table))
      throw new Error(`projection ${name} has no table ${table}; it has ${tables.join(', ')}`);
    return `"${schema}"."${table}"`;
  });
}

/** Statements of modules that are prepared, each once per connection: modules have some dozen texts, and may make more. */
const MAX_PREPARED = 200;
const names = new Map<string, string>();

/** A statement's name; undefined for those beyond {@link MAX_PREPARED}. What it returns may be another thing in each version. */
function preparedName({ version }: Projection, sql: string): string | undefined {
  const whole = `${version} ${sql}`;
  const known = names.get(whole);
  if (known !== undefined || names.size >= MAX_PREPARED) return known;
  const name = `projection_${createHash('sha256').update(whole).digest('base64url').slice(0, 22)}`;
  names.set(whole, name);
  return name;
}

/** The tables as a module's code reaches them; a violated constraint is the fault that the projection says. */
export function projectionTables(
  projection: Projection,
  schema: string,
  db: Queryable,
  tenant: number,
): ProjectionTables {
  return {
    tenant,
    async query<R>(text: string, values: readonly unknown[] = []): Promise<R[]> {
      const sql = withTables(projection, schema, text);
      const name = preparedName(projection, sql);
      try {
        return await db.query<R>({ text: sql, values, ...(name === undefined ? {} : { name }) });
      } catch (error) {
        throw violation(projection, error) ?? error;
      }
    },
  };
}

function violation(projection: Projection, error: unknown): Fault | undefined {
  const { code, constraint } = error as { readonly code?: unknown; readonly constraint?: unknown };
  if (typeof code !== 'string' || !VIOLATIONS.has(code) || typeof constraint !== 'string') return undefined;
  const own = projection.constraints?.[constraint]?.();
  if (own !== undefined) return own;
  const text = `This contradicts what is stored already: ${constraint} of ${projection.name} would not hold.`;
  return fault('projection.conflict', 409, 'conflict', text, undefined, { cause: error });
}
