import { hasCompanion } from '../../search/parse/companion-slots.ts';
import type { SearchParam } from '../../search/registry-types.ts';
import type { Engine } from '../engine.ts';

/** What of an engine the descriptions are made of. */
export type Described = Pick<
  Engine,
  'definitions' | 'registry' | 'settings' | 'operations' | 'security' | 'typeServers' | 'asyncWorks'
>;

/** CapabilityStatement.rest.resource.searchParam */
export interface SearchParamCapability {
  readonly name: string;
  readonly definition?: string;
  readonly type: string;
  readonly documentation?: string;
}

const DEFINITION = 'http://hl7.org/fhir/SearchParameter/';

/** Parameters of every type that no registry holds: they are answered by columns, or by the search itself. */
export const COMMON_PARAMS: readonly SearchParamCapability[] = [
  { name: '_id', definition: `${DEFINITION}Resource-id`, type: 'token' },
  { name: '_lastUpdated', definition: `${DEFINITION}Resource-lastUpdated`, type: 'date' },
  { name: '_text', definition: `${DEFINITION}DomainResource-text`, type: 'string' },
  { name: '_content', definition: `${DEFINITION}Resource-content`, type: 'string' },
  { name: '_list', type: 'string', documentation: 'Members of List/[id].' },
  {
    name: '_has',
    type: 'string',
    documentation: '_has:[type]:[reference parameter]:[parameter], nested to any depth.',
  },
  { name: '_filter', type: 'special', documentation: 'https://hl7.org/fhir/R4/search_filter.html' },
];

export interface SearchCapability {
  readonly searchParam: readonly SearchParamCapability[];
  readonly searchInclude: readonly string[];
  readonly searchRevInclude?: readonly string[];
}

/** What can be searched and included, by resource type. A parameter that is still being indexed is not in it. */
export function searchCapabilities({
  definitions,
  registry,
  typeServers,
}: Described): ReadonlyMap<string, SearchCapability> {
  const texts = new Map(definitions.searchParameters.map(({ url, description }) => [url, description]));
  const pointing = new Map<string, string[]>(definitions.resourceTypes.map((type) => [type, []]));
  const active = (type: string): SearchParam[] => registry.params(type).filter((param) => param.status === 'active');
  const followed = (type: string): SearchParam[] =>
    typeServers.has(type)
      ? []
      : active(type).filter((param) => param.type === 'reference' && hasCompanion(registry, param, 'identifier'));
  for (const type of definitions.resourceTypes) {
    for (const { code, targets } of followed(type)) {
      for (const target of targets) pointing.get(target)?.push(`${type}:${code}`);
    }
  }
  return new Map(
    definitions.resourceTypes.map((type): readonly [string, SearchCapability] => {
      const server = typeServers.get(type);
      if (server !== undefined) return [type, { searchParam: server.searchParam, searchInclude: [] }];
      const params = active(type);
      const references = followed(type).map(({ code }) => `${type}:${code}`);
      const searchRevInclude = pointing.get(type) ?? [];
      const isPointedTo = searchRevInclude.length > 0;
      const common = COMMON_PARAMS.filter(({ name }) => name !== '_has' || isPointedTo);
      const searchParam = [...common, ...params.map((param) => capabilityOf(param, texts.get(param.url)))];
      const searchInclude = ['*', ...references];
      return [type, { searchParam, searchInclude, ...(isPointedTo ? { searchRevInclude } : {}) }];
    }),
  );
}

function capabilityOf({ code, url, type }: SearchParam, text = ''): SearchParamCapability {
  // A text shared by many types tells about all of them, cut at some length.
  const isOwn = text !== '' && !text.startsWith('Multiple Resources');
  return { name: code, definition: url, type, ...(isOwn ? { documentation: text } : {}) };
}
