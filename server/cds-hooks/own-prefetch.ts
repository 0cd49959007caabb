import type { Ctx, Engine } from '../fhir/engine.ts';
import { route } from '../fhir/router.ts';
import { Fault, fault } from '../kernel/fault.ts';
import { isObject, parseJson, type JsonObject } from '../kernel/json.ts';
import type { FetchPrefetch } from './prefetch.ts';

/** Deeper than what clients may send, since a stored resource must always be readable again. */
const STORED_LIMITS = { maxDepth: 256 };

/** Answers templates out of this server, as the context may see it. */
export function ownPrefetch(engine: Engine, ctx: Ctx): FetchPrefetch {
  return async (query) => {
    const [path = '', search = ''] = query.split(/\?(.*)/s, 2);
    const [type = ''] = path.split('/');
    // Nothing found would be taken for nothing there.
    if (ctx.access.allowed(type, path === type ? 'search' : 'read') === 'none') throw forbidden(type);
    const hasCount = /(^|&)_count=/.test(search);
    const all = hasCount || search === '' ? search : `${search}&_count=${engine.settings.maxCount}`;
    const resource = await answered(engine, ctx, path.split('/'), all);
    if (resource !== null && !hasCount && hasNext(resource)) throw tooMany(engine);
    return resource;
  };
}

async function answered(engine: Engine, ctx: Ctx, path: readonly string[], query: string): Promise<JsonObject | null> {
  const headers = { prefer: {}, accept: ['application/fhir+json'] };
  try {
    const { text = '' } = await route(engine, ctx, { method: 'GET', path, query, headers });
    const resource = parseJson(text, STORED_LIMITS);
    return isObject(resource) ? resource : null;
  } catch (error) {
    if (error instanceof Fault && (error.status === 404 || error.status === 410)) return null;
    throw error;
  }
}

function hasNext({ link }: JsonObject): boolean {
  return Array.isArray(link) && link.some((each) => isObject(each) && each.relation === 'next');
}

/** A part of what was found would be taken for all of it. */
function tooMany({ settings }: Engine): Fault {
  return fault('cds.tooMuchData', 422, 'too-costly', `More than ${settings.maxCount} resources match.`);
}

function forbidden(type: string): Fault {
  return fault('cds.noAccess', 403, 'forbidden', `The client may not see ${type} resources.`);
}
