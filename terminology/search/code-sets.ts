import { loadBaseCanonicals } from '../../server/definitions/base-canonicals.ts';
import type { Canonicals } from '../../server/definitions/canonicals.ts';
import { fault } from '../../server/kernel/fault.ts';
import type { SearchTerminology } from '../../server/fhir/terminology-port.ts';
import type { CodeSystemSource } from '../code-system.ts';
import { findValueSet } from '../service/find-value-set.ts';
import { listPlan } from '../service/list.ts';
import { createScope, findSystem } from '../service/scope.ts';
import { planOf } from '../service/value-set-plan.ts';

/** Value sets and hierarchies as search needs them: plain lists of codes, whole or refused. */
export function codeSets(canonicals: () => Canonicals, sources: readonly CodeSystemSource[]): SearchTerminology {
  return {
    isReplaced: (type, canonical) => canonicals().find(type, canonical) !== loadBaseCanonicals().find(type, canonical),
    async valueSet(valueSet, limit) {
      const scope = createScope({ canonicals: canonicals(), external: sources, limit }, [], undefined);
      const plan = planOf(typeof valueSet === 'string' ? findValueSet(scope, valueSet) : valueSet);
      const query = { text: undefined, offset: 0, count: limit, excludedSystems: [], takesPart: false };
      const { entries } = await listPlan(scope, plan, query);
      const [open] = scope.usage.openSystems;
      if (open !== undefined) {
        const text = `the codes of ${open} follow a grammar and cannot be listed`;
        throw fault('terminology.infinite', 422, 'too-costly', text);
      }
      return entries.map(({ system, concept }) => ({ system: system.url, code: concept.code }));
    },
    async hierarchy(direction, { system: url, code }, limit) {
      const scope = createScope({ canonicals: canonicals(), external: sources, limit }, [], undefined);
      const system = await findSystem(scope, url, undefined);
      if (system === undefined) {
        throw fault(
          'terminology.codeSystem',
          404,
          'not-found',
          `the code system ${url.slice(0, 200)} is not held here`,
        );
      }
      if ((await system.find([code])).size === 0) {
        const text = `${url.slice(0, 200)} has no code ${code.slice(0, 100)}`;
        throw fault('terminology.code', 404, 'code-invalid', text);
      }
      const op = direction === 'below' ? 'is-a' : 'generalizes';
      const filters = [{ property: 'concept', op, value: code }];
      const page = await system.select({ filters, isActiveOnly: false, offset: 0, count: limit });
      return page.concepts.map((concept) => ({ system: url, code: concept.code }));
    },
  };
}
