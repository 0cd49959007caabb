import type { Canonicals } from '../server/definitions/canonicals.ts';
import type { TerminologyPort } from '../server/fhir/terminology-port.ts';
import type { Queryable } from '../server/storage/db.ts';
import type { CodeChecker } from '../server/validation/code-checker.ts';
import { terminologyCapabilities } from './capabilities/capabilities.ts';
import { heldSystems } from './capabilities/held-systems.ts';
import { closure } from './closure/closure.ts';
import { createCodeChecker } from './code-checker/code-checker.ts';
import type { CodeSystemSource } from './code-system.ts';
import { findMatches } from './find-matches/find-matches.ts';
import { codeSets } from './search/code-sets.ts';
import { createTerminology } from './service/terminology.ts';
import { implicitConceptMap } from './store/implicit-concept-map.ts';
import { terminologyStore } from './store/terminology-store.ts';
import { computedSystems } from './systems/computed-systems.ts';
import { translate } from './translate/translate.ts';
import { translateRequest } from './translate/translate-request.ts';
import { upstreamSystems, type UpstreamServers } from './upstream/upstream-systems.ts';

/** Milliseconds for one answer of another server. */
const UPSTREAM_TIMEOUT = 5000;

export interface TerminologyOptions {
  readonly db: Queryable;
  /** As they are now. */
  canonicals(): Canonicals;
  /** Base URLs of other servers by the code systems that are asked of them. */
  readonly upstream: UpstreamServers;
  /** Most codes of an expansion that is not paged. */
  readonly expansionLimit: number;
  /** Milliseconds. */
  now(): number;
}

export interface OpenTerminology {
  readonly port: TerminologyPort;
  readonly codes: CodeChecker;
}

/** Everything that answers questions about codes, from memory, the database and other servers, in this order. */
export function openTerminology({
  db,
  canonicals,
  upstream,
  expansionLimit,
  now,
}: TerminologyOptions): OpenTerminology {
  const computed = computedSystems();
  const sources: readonly CodeSystemSource[] = [
    computed,
    terminologyStore(db),
    upstreamSystems(upstream, { now, timeout: UPSTREAM_TIMEOUT }),
  ];
  const service = createTerminology({ canonicals, sources, expansionLimit });
  return {
    port: {
      expand: (call) => service.expand(call),
      validateInValueSet: (call) => service.validateInValueSet(call),
      validateInCodeSystem: (call) => service.validateInCodeSystem(call),
      batchValidate: (call) => service.batchValidate(call),
      lookup: (call) => service.lookup(call),
      subsumes: (call) => service.subsumes(call),
      findMatches: ({ parameters, instance }) => findMatches(service, parameters, instance),
      translate: async ({ parameters, instance }) => {
        const { map, codings, isReverse } = translateRequest(parameters);
        const codes = codings.map(({ code }) => code);
        const implied = map === undefined ? undefined : await implicitConceptMap(db, map, codes, isReverse);
        const given = implied === undefined ? [] : [{ name: 'conceptMap', resource: implied }];
        return translate(canonicals(), [...parameters, ...given], instance);
      },
      closure: ({ parameters }, place) => closure(service, parameters, place),
      capabilities: async (parameters) =>
        terminologyCapabilities(await heldSystems(canonicals(), computed, db), parameters),
      search: codeSets(canonicals, sources),
    },
    codes: createCodeChecker({ canonicals, terminology: service, computed, now }),
  };
}
