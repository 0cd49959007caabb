import { isObject, type JsonObject } from '../../kernel/json.ts';
import { addIssueAt, shown, type Walk } from '../walk.ts';
import { askCodesOf, codedValue, reportProblems } from './coded-list.ts';

/** A ConceptMap maps codes that its systems have, each from one place. https://hl7.org/fhir/R4/conceptmap.html */
export function checkConceptMap({ group }: JsonObject, walk: Walk): void {
  (Array.isArray(group) ? group : []).forEach((item, index) => {
    if (!isObject(item)) return;
    walk.path.push('group', index);
    checkGroup(item, walk);
    walk.path.length -= 2;
  });
}

function checkGroup(group: JsonObject, walk: Walk): void {
  const { source, sourceVersion, target, targetVersion } = group;
  const elements = Array.isArray(group.element) ? group.element.filter(isObject) : [];
  checkDuplicates(elements, walk);
  if (typeof source === 'string') {
    const codings = elements.map(({ code, display }) => codedValue(source, sourceVersion, code, display));
    askCodesOf(codings, walk, (problems, later) => reportProblems(problems, (at) => ['element', at], later));
  }
  if (typeof target !== 'string') return;
  const targets = elements.flatMap((element, at) =>
    (Array.isArray(element.target) ? element.target : []).flatMap((item, place) =>
      isObject(item) && item.code !== undefined ? [{ item, steps: ['element', at, 'target', place] }] : [],
    ),
  );
  const codings = targets.map(({ item }) => codedValue(target, targetVersion, item.code, item.display));
  askCodesOf(codings, walk, (problems, later) => reportProblems(problems, (at) => targets[at]?.steps ?? [], later));
}

function checkDuplicates(elements: readonly JsonObject[], walk: Walk): void {
  const seen = new Set<string>();
  elements.forEach(({ code }, index) => {
    if (typeof code !== 'string') return;
    if (seen.has(code)) {
      const text = `The code "${shown(code)}" is mapped in this group already. Expected is one element with all its targets.`;
      addIssueAt(walk, ['element', index, 'code'], 'duplicate', text, 'warning');
    }
    seen.add(code);
  });
}
