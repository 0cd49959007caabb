import type { Ctx, Engine } from '../fhir/engine.ts';
import { read } from '../fhir/interactions/read.ts';
import { searchType } from '../fhir/interactions/search-type.ts';
import { Fault, fault } from '../kernel/fault.ts';
import { isFhirId } from '../kernel/id.ts';
import { isObject, type JsonObject } from '../kernel/json.ts';
import type { ClinicReader } from '../sdk/clinic.ts';
import type { Stored, TypeName } from '../sdk/resource.ts';
import { requestOf, resourceIn } from './interaction-call.ts';

const DEFAULT_LIMIT = 1000;

export interface ExpectingReader extends ClinicReader {
  /** @throws Fault 404 when there is none */
  expect<T extends TypeName>(type: T, id: string): Promise<Stored<T>>;
}

/** Reads and searches as modules call them, with the rights of the context and in its transaction. */
export function createClinicReader(engine: Engine, ctx: Ctx): ExpectingReader {
  async function expect<T extends TypeName>(type: T, id: string): Promise<Stored<T>> {
    return resourceIn(await read(engine, ctx, requestOf({ method: 'GET', path: [type, id] }))) as unknown as Stored<T>;
  }

  async function readResource<T extends TypeName>(type: T, id: string): Promise<Stored<T> | undefined> {
    if (!isFhirId(id)) return undefined;
    try {
      return await expect(type, id);
    } catch (error) {
      if (error instanceof Fault && (error.status === 404 || error.status === 410)) return undefined;
      throw error;
    }
  }

  async function page(type: TypeName, query: string): Promise<JsonObject> {
    return resourceIn(await searchType(engine, ctx, requestOf({ method: 'GET', path: [type], query }))) ?? {};
  }

  return {
    expect,
    read: readResource,

    async resolve(reference, type) {
      const id = localId(reference?.reference, type, [ctx.baseUrl, engine.settings.baseUrl]);
      return id === undefined ? undefined : readResource(type, id);
    },

    async search<T extends TypeName>(type: T, query: string, limit = DEFAULT_LIMIT): Promise<readonly Stored<T>[]> {
      const found: Stored<T>[] = [];
      const count = Math.min(limit, engine.settings.maxCount);
      let next: string | undefined = joined(query, `_count=${count}`);
      while (next !== undefined) {
        const bundle: JsonObject = await page(type, next);
        for (const entry of entriesOf(bundle)) {
          if (isObject(entry.search) && entry.search.mode === 'match')
            found.push(entry.resource as unknown as Stored<T>);
        }
        next = nextQuery(bundle);
        if (found.length > limit || (found.length === limit && next !== undefined)) throw tooMany(type, limit);
      }
      return found;
    },

    async count(type, query) {
      const { total } = await page(type, joined(query, '_summary=count'));
      return typeof total === 'number' ? total : 0;
    },
  };
}

/** The id in `Type/id` or in a URL below one of the bases, with or without a version. */
export function localId(reference: string | undefined, type: TypeName, bases: readonly string[]): string | undefined {
  if (reference === undefined) return undefined;
  const base = bases.find((each) => reference.startsWith(`${each}/`));
  const [name, id, ...rest] = (base === undefined ? reference : reference.slice(base.length + 1)).split('/');
  const isLiteral = rest.length === 0 || (rest.length === 2 && rest[0] === '_history');
  return name === type && isLiteral && id !== undefined && isFhirId(id) ? id : undefined;
}

function joined(query: string, more: string): string {
  return query === '' ? more : `${query}&${more}`;
}

function entriesOf({ entry }: JsonObject): readonly JsonObject[] {
  return Array.isArray(entry) ? entry.filter(isObject) : [];
}

function nextQuery({ link }: JsonObject): string | undefined {
  if (!Array.isArray(link)) return undefined;
  const next = link.filter(isObject).find(({ relation }) => relation === 'next')?.url;
  return typeof next === 'string' ? new URL(next).search.slice(1) : undefined;
}

function tooMany(type: string, limit: number): Fault {
  const text = `More than ${limit} ${type} resources match; this needs narrower criteria.`;
  return fault('module.tooManyMatches', 422, 'too-costly', text);
}
