import { fault } from '../../kernel/fault.ts';
import type { CodeSets } from '../../search/parse/code-sets.ts';
import { readLive } from '../../storage/read.ts';
import type { Ctx, Engine } from '../engine.ts';
import { parseStored } from '../write/current.ts';
import { allowedOfType } from './allowed-rows.ts';

/** Value sets and hierarchies for a search; a value set may be named by its address here too: `code:in=ValueSet/x`. */
export function codeSetsOf(engine: Engine, ctx: Ctx): CodeSets {
  const { search } = engine.terminology;
  return {
    isReplaced: (type, canonical) => search.isReplaced(type, canonical),
    hierarchy: (direction, member, limit) => search.hierarchy(direction, member, limit),
    async valueSet(canonical, limit) {
      const id = idOf(ctx.baseUrl, canonical);
      if (id === undefined || engine.canonicals.find('ValueSet', canonical) !== undefined) {
        return search.valueSet(canonical, limit);
      }
      const ref = engine.hasher(ctx.tenant).target(`ValueSet/${id}`);
      const live = await readLive(ctx.db, ctx.tenant, ref, allowedOfType(engine, ctx, 'ValueSet', 'read'));
      if (live === undefined) throw fault('search.noValueSet', 404, 'not-found', `ValueSet/${id} does not exist`);
      return search.valueSet(parseStored('ValueSet', { id, ...live }), limit);
    },
  };
}

function idOf(baseUrl: string, reference: string): string | undefined {
  const relative = reference.startsWith(`${baseUrl}/`) ? reference.slice(baseUrl.length + 1) : reference;
  return /^ValueSet\/([A-Za-z0-9.-]{1,64})$/.exec(relative)?.[1];
}
