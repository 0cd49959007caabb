import { field, list, text } from './json.ts';
import { definitions } from './parameters.ts';

let loaded: readonly unknown[] | undefined;

function terminology(): readonly unknown[] {
  loaded ??= [...definitions('valuesets.json'), ...definitions('v3-codesystems.json')];
  return loaded;
}

function find(type: string, url: string): unknown {
  return terminology().find((resource) => text(resource, 'resourceType') === type && text(resource, 'url') === url);
}

/** `system|code` of the codes of a value set that lists codes or takes whole systems. */
export function valueSetTokens(url: string): readonly string[] {
  return list(field(find('ValueSet', url), 'compose'), 'include').flatMap((include) => {
    const system = text(include, 'system') ?? '';
    const listed = list(include, 'concept');
    const concepts = listed.length > 0 ? listed : flatten(list(find('CodeSystem', system), 'concept'));
    return concepts.map((concept) => `${system}|${text(concept, 'code') ?? ''}`);
  });
}

/** `system|code` of a code and all codes below it. */
export function tokensBelow(token: string): readonly string[] {
  const [system = '', code = ''] = token.split('|');
  const all = flatten(list(find('CodeSystem', system), 'concept'));
  return flatten(all.filter((concept) => text(concept, 'code') === code)).map(
    (concept) => `${system}|${text(concept, 'code') ?? ''}`,
  );
}

/** `system|code` of a code and all codes above it. */
export function tokensAbove(token: string): readonly string[] {
  const [system = '', code = ''] = token.split('|');
  const path = (concepts: readonly unknown[]): readonly unknown[] =>
    concepts.flatMap((concept) => {
      const below = text(concept, 'code') === code ? [concept] : path(list(concept, 'concept'));
      return below.length === 0 ? [] : [concept, ...below];
    });
  return path(list(find('CodeSystem', system), 'concept')).map((concept) => `${system}|${text(concept, 'code') ?? ''}`);
}

function flatten(concepts: readonly unknown[]): readonly unknown[] {
  return concepts.flatMap((concept) => [concept, ...flatten(list(concept, 'concept'))]);
}
