import { randomBytes } from 'node:crypto';
import { readMasterKeys, type MasterKeys } from '../../server/protection/master-keys.ts';
import { DEFAULT_PROTECTED, readProtectedParts } from '../../server/protection/rules.ts';
import { openDb, type Db } from '../../server/storage/db.ts';
import { openFhirServer, type FhirServer } from '../flows/fhir-server.ts';

export const SSN = 'http://hl7.org/fhir/sid/us-ssn';

/** A master key of one's own. */
export function newMasters(): MasterKeys {
  return readMasterKeys(randomBytes(32).toString('base64'));
}

/** A server that encrypts. @param parts as in PROTECTED; default: `default` */
export function openProtectedServer(
  parts?: string,
  masters: MasterKeys = newMasters(),
  sharedDatabase?: string,
): Promise<FhirServer> {
  return openFhirServer(
    {
      protection: { masters, parts: parts === undefined ? DEFAULT_PROTECTED : readProtectedParts(parts) },
      referentialIntegrity: false,
      validation: 'structure',
      isAudited: true,
    },
    sharedDatabase,
  );
}

/** The database as it is, past the server. */
export function openRaw({ connectionString }: { readonly connectionString: string }): Db {
  return openDb({ connectionString, max: 2, statementTimeout: 60_000, poolTimeout: 5000 });
}

/** Tables and columns in which any of the texts stands: as it is, in base64, or as the bytes of a bytea. */
export async function placesOf(db: Db, texts: readonly string[]): Promise<string[]> {
  const columns = await db.query<{ table: string; column: string; type: string }>({
    text:
      `select c.oid::regclass::text as table, a.attname as column, a.atttypid::regtype::text as type from pg_class c ` +
      `join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped ` +
      `where c.relkind = 'r' and c.relnamespace not in (select oid from pg_namespace where nspname ~ '^(pg_|information_schema)') order by 1, 2`,
    values: [],
  });
  const found: string[] = [];
  for (const { table, column, type } of columns) {
    const text = type === 'bytea' ? `encode("${column}", 'escape')` : `"${column}"::text`;
    const [row] = await db.query<{ count: number }>({
      text: `select count(*) as count from ${table} where lower(${text}) like any($1::text[])`,
      values: [texts.flatMap(forms)],
    });
    if ((row?.count ?? 0) > 0) found.push(`${table}.${column}`);
  }
  return found;
}

/** Base64 depends on where in its three bytes a text begins: what all three have in common is looked for. */
function forms(text: string): string[] {
  const encoded = [0, 1, 2].map((shift) => {
    const base64 = Buffer.from(`${'x'.repeat(shift)}${text}`)
      .toString('base64')
      .replace(/=+$/, '');
    return base64.slice(shift === 0 ? 0 : shift + 1, -1);
  });
  return [text, ...encoded].map((each) => `%${each.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`);
}
