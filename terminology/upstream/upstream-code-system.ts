import { fault } from '../../server/kernel/fault.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import type { CodeSystem, Concept, ConceptFilter, ConceptPage, ConceptQuery } from '../code-system.ts';
import { objectAt, objectsAt } from '../resource/elements.ts';
import { textOf } from '../service/parameters.ts';
import type { TimedCache } from './timed-cache.ts';
import type { UpstreamAnswer, UpstreamClient } from './upstream-client.ts';
import { expandedConcepts, lookedUp } from './upstream-concept.ts';

/** A code system that another server holds, by the operations of FHIR. https://hl7.org/fhir/R4/terminology-service.html */
export function upstreamCodeSystem(
  client: UpstreamClient,
  cache: TimedCache<UpstreamAnswer>,
  url: string,
  version: string | undefined,
): CodeSystem {
  const get = (path: string, query: Readonly<Record<string, string | undefined>>): Promise<UpstreamAnswer> =>
    cache.get(JSON.stringify([path, query]), () => client.get(path, query));
  const post = (path: string, parameters: readonly JsonObject[]): Promise<UpstreamAnswer> =>
    cache.get(JSON.stringify([path, parameters]), () => client.post(path, parameters));
  const lookup = async (code: string): Promise<Concept | undefined> => {
    const answer = await get('CodeSystem/$lookup', { system: url, version, code });
    return 'resource' in answer ? lookedUp(code, answer.resource) : undefined;
  };
  const related = async (code: string, property: 'parent' | 'child'): Promise<readonly string[]> =>
    ((await lookup(code))?.properties ?? []).flatMap((each) =>
      each.code === property && typeof each.value === 'string' ? [each.value] : [],
    );
  const isMember = async (filters: readonly ConceptFilter[], code: string): Promise<boolean> => {
    const answer = await post('ValueSet/$validate-code', [
      valueSetOf(url, version, filters),
      { name: 'system', valueUri: url },
      { name: 'code', valueCode: code },
    ]);
    if ('refusal' in answer) throw refused(url, answer.refusal);
    return textOf(objectsAt(answer.resource, 'parameter'), 'result') === 'true';
  };

  return {
    url,
    version,
    content: 'complete',
    isCaseSensitive: true,
    header: { resourceType: 'CodeSystem', url, ...(version === undefined ? {} : { version }), status: 'active' },
    async find(codes) {
      const found = await Promise.all(codes.map(async (code) => [code, await lookup(code)] as const));
      return new Map(found.flatMap(([code, concept]) => (concept === undefined ? [] : [[code, concept] as const])));
    },
    parents: (code) => related(code, 'parent'),
    children: (code) => related(code, 'child'),
    async isBelow(ancestor, code) {
      const answer = await get('CodeSystem/$subsumes', { system: url, version, codeA: ancestor, codeB: code });
      if ('refusal' in answer) return false;
      const outcome = textOf(objectsAt(answer.resource, 'parameter'), 'outcome');
      return outcome === 'subsumes' || outcome === 'equivalent';
    },
    async matching(codes, filters) {
      const members = await Promise.all(codes.map((code) => isMember(filters, code)));
      return new Set(codes.filter((_, index) => members[index] === true));
    },
    async select(query) {
      const answer = await post('ValueSet/$expand', expansionOf(url, version, query));
      if ('refusal' in answer) throw refused(url, answer.refusal);
      return pageOf(answer.resource, query);
    },
  };
}

function valueSetOf(url: string, version: string | undefined, filters: readonly ConceptFilter[]): JsonObject {
  const filter = filters.map(({ property, op, value }) => ({ property, op, value }));
  const include = {
    system: url,
    ...(version === undefined ? {} : { version }),
    ...(filter.length === 0 ? {} : { filter }),
  };
  return {
    name: 'valueSet',
    resource: { resourceType: 'ValueSet', status: 'active', compose: { include: [include] } },
  };
}

function expansionOf(url: string, version: string | undefined, query: ConceptQuery): readonly JsonObject[] {
  const { filters, text, languages = [], isActiveOnly, offset, count } = query;
  return [
    valueSetOf(url, version, filters),
    ...(text === undefined ? [] : [{ name: 'filter', valueString: text }]),
    ...(languages.length === 0 ? [] : [{ name: 'displayLanguage', valueCode: languages.join(',') }]),
    ...(isActiveOnly ? [{ name: 'activeOnly', valueBoolean: true }] : []),
    { name: 'excludeNested', valueBoolean: true },
    { name: 'offset', valueInteger: offset },
    { name: 'count', valueInteger: count },
  ];
}

function pageOf(valueSet: JsonObject, { offset, count }: ConceptQuery): ConceptPage {
  const concepts = expandedConcepts(valueSet);
  const total = objectAt(valueSet, 'expansion')?.total;
  const isTold = typeof total === 'number';
  return {
    concepts,
    ...(isTold ? { total } : {}),
    hasMore: isTold ? offset + concepts.length < total : concepts.length >= count,
  };
}

function refused(url: string, reason: string): Error {
  const text = `The terminology server that holds ${url} refuses: ${reason.slice(0, 500).toWellFormed()}`;
  return fault('terminology.upstreamRefused', 422, 'not-supported', text);
}
