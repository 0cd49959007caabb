import type { JsonObject } from '../../../server/kernel/json.ts';
import { listOf } from '../read/read-bundle.ts';

/** What a code stands for, by a person's word. */
export interface Translation {
  readonly source: string;
  readonly code: string;
  readonly display?: string;
  readonly answer: { readonly system?: string; readonly code: string; readonly display?: string };
}

/** The ConceptMap with a code's translation; one that the code had before goes, whatever system it led to. */
export function withAnswer(map: JsonObject, { source, code, display, answer }: Translation): JsonObject {
  const others = listOf(map.group).flatMap((group) => {
    if (group.source !== source) return [group];
    const left = listOf(group.element).filter((element) => element.code !== code);
    return left.length === 0 ? [] : [{ ...group, element: [...left] }];
  });
  const { system, ...target } = answer;
  const element: JsonObject = {
    code,
    ...(display === undefined ? {} : { display }),
    target: [{ ...target, equivalence: 'equivalent' }],
  };
  const place = others.findIndex((group) => group.source === source && group.target === system);
  const group: JsonObject = others[place] ?? { source, ...(system === undefined ? {} : { target: system }) };
  const grown = { ...group, element: [...listOf(group.element), element] };
  return {
    ...map,
    group: place === -1 ? [...others, grown] : others.map((each, index) => (index === place ? grown : each)),
  };
}
