import { isObject, type JsonObject } from '../../kernel/json.ts';
import { isAbsoluteUrl } from '../references/reference-text.ts';
import { addIssueAt, shown, type Walk } from '../walk.ts';
import { askCodesOf, codedValue, reportProblems } from './coded-list.ts';
import { checkFilter } from './filter.ts';

/** One `compose.include` or `exclude`; the path leads to it. */
export function checkInclude(include: JsonObject, walk: Walk): void {
  checkValueSets(include, walk);
  const { system, concept, filter } = include;
  // `#id` is a contained code system, which nobody else can know.
  if (typeof system !== 'string' || system.startsWith('#')) return;
  if (!isAbsoluteUrl(system)) {
    addIssueAt(walk, ['system'], 'value', `"${shown(system)}" is not absolute. Expected is the url of a code system.`);
  } else if (isValueSet(system, walk)) {
    const text = `${shown(system)} is a value set. Expected is a code system, or the value set in valueSet.`;
    addIssueAt(walk, ['system'], 'code-invalid', text);
  } else {
    if (Array.isArray(concept)) checkConcepts(concept.filter(isObject), include, walk);
    if (Array.isArray(filter)) checkFilters(filter.filter(isObject), include, walk);
  }
}

function isValueSet(system: string, { canonicals }: Walk): boolean {
  return canonicals.find('CodeSystem', system) === undefined && canonicals.find('ValueSet', system) !== undefined;
}

function checkValueSets({ valueSet: list }: JsonObject, walk: Walk): void {
  (Array.isArray(list) ? list : []).forEach((canonical, index) => {
    if (typeof canonical !== 'string' || canonical.startsWith('#')) return;
    if (walk.canonicals.find('ValueSet', canonical) !== undefined) return;
    const text = `The value set ${shown(canonical)} is not held here, so this one cannot be expanded.`;
    addIssueAt(walk, ['valueSet', index], 'not-found', text, 'warning');
  });
}

function checkConcepts(concepts: readonly JsonObject[], { system, version }: JsonObject, walk: Walk): void {
  const seen = new Set<string>();
  concepts.forEach(({ code }, index) => {
    if (typeof code !== 'string') return;
    if (seen.has(code)) {
      const text = `The code "${shown(code)}" is listed twice. Expected is every code once.`;
      addIssueAt(walk, ['concept', index, 'code'], 'duplicate', text, 'warning');
    }
    seen.add(code);
  });
  const codings = concepts.map(({ code, display }) => codedValue(system, version, code, display));
  askCodesOf(codings, walk, (problems, later) => reportProblems(problems, (index) => ['concept', index], later));
}

function checkFilters(filters: readonly JsonObject[], { system, version }: JsonObject, walk: Walk): void {
  const canonical = typeof version === 'string' ? `${String(system)}|${version}` : String(system);
  const codeSystem = walk.canonicals.find('CodeSystem', canonical);
  filters.forEach((filter, index) => {
    walk.path.push('filter', index);
    checkFilter(filter, codedValue(system, version, filter.value, undefined), codeSystem, walk);
    walk.path.length -= 2;
  });
}
