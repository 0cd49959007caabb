import { fault } from '../../server/kernel/fault.ts';
import type { Queryable } from '../../server/storage/db.ts';
import type { CodeSystem, CodeSystemSource } from '../code-system.ts';
import { chooseRelease, readContent, readReleases } from './releases.ts';
import { storeCodeSystem } from './store-code-system.ts';

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const UNDEFINED_TABLE = '42P01';
const INVALID_REGULAR_EXPRESSION = '2201B';
const STATEMENT_TOO_COMPLEX = '54001';

/** The releases in the database as code systems. What a load or a removal changes is seen by the next call. */
export function terminologyStore(db: Queryable): CodeSystemSource {
  // A release never changes once it answers: it is the same object every time.
  const systems = new Map<number, CodeSystem>();
  const guarded: Queryable = {
    query: async (statement) => {
      try {
        return await db.query({ ...statement, values: statement.values.map(storable) });
      } catch (cause) {
        throw translated(cause);
      }
    },
  };
  return {
    async codeSystem(url, version) {
      const row = chooseRelease(await readReleases(db, url), version);
      if (row === undefined) return undefined;
      const known = systems.get(row.id);
      if (known !== undefined) return known;
      const content = await readContent(db, row.id);
      if (content === undefined) return undefined;
      const system = storeCodeSystem(guarded, { ...row, content });
      systems.set(row.id, system);
      return system;
    },
    versions: async (url) => (await readReleases(db, url)).map(({ version }) => version),
  };
}

/** No text in the database has the character zero, and none can be asked for that has it. */
function storable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(storable);
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value;
}

function translated(cause: unknown): unknown {
  const { code } = cause as { readonly code?: unknown };
  if (code === UNDEFINED_TABLE) {
    const text = 'The release of the code system was removed at this moment; ask again.';
    return fault('terminology.releaseGone', 503, 'transient', text, undefined, { cause });
  }
  if (code === INVALID_REGULAR_EXPRESSION) {
    const text = 'A regular expression of a filter is too complex, or has a part that is not supported.';
    return fault('terminology.filter', 422, 'not-supported', text, undefined, { cause });
  }
  if (code === STATEMENT_TOO_COMPLEX) {
    const text = 'The expression has too many sets within sets; ask for parts of it one by one.';
    return fault('terminology.filter', 422, 'too-costly', text, undefined, { cause });
  }
  return cause;
}
