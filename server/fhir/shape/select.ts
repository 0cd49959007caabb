import type { PropertyDef } from '../../definitions/definitions.ts';

/** What to keep of a property: all, nothing, or of its children what another selection keeps. */
export type Select = (property: PropertyDef) => boolean | Select;

/** Types that mean nothing when half of them is missing, or that are always sent. */
const WHOLE: ReadonlySet<string> = new Set(['Extension', 'Meta']);

/** `_summary=true`: on every level what definitions mark as summary, what is mandatory, and what changes the meaning. */
export const selectSummary: Select = ({ element, type }) => {
  if (!element.isSummary && !element.isModifier && element.min === 0) return false;
  return WHOLE.has(type.code) || selectSummary;
};

/** `_summary=text`: the narrative and what is mandatory. */
export const selectText: Select = ({ element }) => element.name === 'text' || element.min > 0;

/** `_summary=data`: all but the narrative. */
export const selectData: Select = ({ element }) => element.name !== 'text';

/** Names of wanted elements with those of their children; no children = the whole element. */
export type ElementTree = Map<string, ElementTree>;

/** `_elements`: what is named, and what is mandatory. */
export function selectElements(tree: ElementTree): Select {
  const nested = new Map([...tree].map(([name, children]) => [name, children.size === 0 || selectElements(children)]));
  return ({ property, element }) => nested.get(element.name) ?? nested.get(property) ?? element.min > 0;
}
