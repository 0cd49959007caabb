import { fault } from '../../server/kernel/fault.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import type { ConceptFilter } from '../code-system.ts';
import { canonicalOf, objectAt, objectsAt, textAt, textsAt } from '../resource/elements.ts';
import { ofKind } from './issues.ts';

/** One `compose.include` or `compose.exclude`: all of its conditions hold together. */
export interface Include {
  readonly system: string | undefined;
  readonly version: string | undefined;
  /** Those that are listed, in their order, by code; undefined: all, or what the filters select. */
  readonly concepts: ReadonlyMap<string, JsonObject> | undefined;
  readonly filters: readonly ConceptFilter[];
  readonly valueSets: readonly string[];
}

/** A value set, ready to be listed or asked. */
export interface ValueSetPlan {
  readonly resource: JsonObject;
  /** `url|version` as messages name it. */
  readonly label: string;
  readonly includes: readonly Include[];
  readonly excludes: readonly Include[];
  /** `compose.inactive` */
  readonly takesInactive: boolean;
  /** An excluded version of a system is not among the included ones: codes count whatever their version. */
  readonly excludesOtherVersion: boolean;
}

const plans = new WeakMap<JsonObject, ValueSetPlan>();

/** @throws Fault `terminology.valueSetInvalid` (422) for a value set that says nothing or has a filter without a value */
export function planOf(valueSet: JsonObject): ValueSetPlan {
  const known = plans.get(valueSet);
  if (known !== undefined) return known;
  const made = make(valueSet);
  plans.set(valueSet, made);
  return made;
}

function make(valueSet: JsonObject): ValueSetPlan {
  const url = textAt(valueSet, 'url');
  const label = url === undefined ? '(unidentified)' : canonicalOf(url, textAt(valueSet, 'version'));
  const compose = objectAt(valueSet, 'compose');
  if (compose === undefined) {
    return {
      resource: valueSet,
      label,
      includes: ofExpansion(valueSet, label),
      excludes: [],
      takesInactive: true,
      excludesOtherVersion: false,
    };
  }
  const read = (key: 'include' | 'exclude'): readonly Include[] =>
    objectsAt(compose, key).map((element, index) => includeOf(element, `ValueSet.compose.${key}[${index}]`));
  const [includes, excludes] = [read('include'), read('exclude')];
  const isIncluded = ({ system, version }: Include): boolean =>
    includes.some((include) => include.system === system && include.version === version);
  return {
    resource: valueSet,
    label,
    includes,
    excludes,
    takesInactive: compose.inactive !== false,
    excludesOtherVersion: excludes.some((exclude) => exclude.version !== undefined && !isIncluded(exclude)),
  };
}

function includeOf(element: JsonObject, path: string): Include {
  const system = textAt(element, 'system');
  const valueSets = textsAt(element, 'valueSet');
  if (system === undefined && valueSets.length === 0) {
    throw invalid(`${path} has neither a system nor a valueSet; one of them is needed`, path);
  }
  const listed = objectsAt(element, 'concept');
  const filters = objectsAt(element, 'filter').map((filter, index): ConceptFilter => {
    const [property, op, value] = [textAt(filter, 'property'), textAt(filter, 'op'), textAt(filter, 'value')];
    if (property !== undefined && op !== undefined && value !== undefined) return { property, op, value };
    const missing = property === undefined ? 'property' : op === undefined ? 'op' : 'value';
    throw invalid(
      `The system ${system ?? ''} filter with property = ${property ?? ''}, op = ${op ?? ''} has no ${missing}`,
      `${path}.filter[${index}]`,
    );
  });
  return {
    system,
    version: textAt(element, 'version'),
    concepts: listed.length === 0 ? undefined : byCode(listed),
    filters,
    valueSets,
  };
}

function byCode(listed: readonly JsonObject[]): ReadonlyMap<string, JsonObject> {
  return new Map(
    listed.flatMap((concept): [string, JsonObject][] => {
      const code = textAt(concept, 'code');
      return code === undefined ? [] : [[code, concept]];
    }),
  );
}

/** A stored expansion stands for a definition that is not there. */
function ofExpansion(valueSet: JsonObject, label: string): readonly Include[] {
  const expansion = objectAt(valueSet, 'expansion');
  if (expansion === undefined)
    throw invalid(`The value set ${label} has neither a compose nor an expansion`, 'ValueSet');
  const groups = new Map<string, { system: string; version: string | undefined; concepts: Map<string, JsonObject> }>();
  const pending = [...objectsAt(expansion, 'contains')].reverse();
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const [system, version, code] = [textAt(item, 'system'), textAt(item, 'version'), textAt(item, 'code')];
    if (system !== undefined && code !== undefined && item.abstract !== true) {
      const key = canonicalOf(system, version);
      const group = groups.get(key) ?? { system, version, concepts: new Map<string, JsonObject>() };
      group.concepts.set(code, item);
      groups.set(key, group);
    }
    pending.push(...[...objectsAt(item, 'contains')].reverse());
  }
  return [...groups.values()].map(({ system, version, concepts }) => ({
    system,
    version,
    concepts,
    filters: [],
    valueSets: [],
  }));
}

function invalid(text: string, expression: string) {
  return fault('terminology.valueSetInvalid', 422, 'invalid', text, expression, ofKind('vs-invalid'));
}
