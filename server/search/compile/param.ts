import { isUseNoted } from '../registry/noted-slots.ts';
import type { SearchParam } from '../registry-types.ts';
import type { CompositeTest, ParamFilter, ValueTest } from '../tree.ts';
import { allOf, anyOf, negation, NEVER, type CompileFilter, type Condition, type KeysCondition } from './condition.ts';
import { compositeCondition } from './composite.ts';
import { dateConditions } from './date.ts';
import { missingCondition } from './missing.ts';
import { nearConditions } from './near.ts';
import { quantityConditions } from './quantity.ts';
import { rareCondition } from './rare-token.ts';
import { referenceConditions } from './reference.ts';
import type { Scope } from './scope.ts';
import { stringConditions } from './string.ts';
import { textConditions } from './token-text.ts';
import { ofTypeConditions, tokenConditions } from './token.ts';
import { isKnownUsed } from './unused-slots.ts';
import { uriConditions } from './uri.ts';

/** The resource has a value of the parameter for which one of the tests holds; negated: it has none. */
export function paramCondition(scope: Scope, filter: ParamFilter, compile: CompileFilter): Condition {
  const { param, tests, negated } = filter;
  const of = <Is extends ValueTest['is']>(is: Is): Extract<ValueTest, { is: Is }>[] =>
    tests.filter((test): test is Extract<ValueTest, { is: Is }> => test.is === is);
  const condition = rareOf(scope, filter) ?? anyOf(conditions());
  return negated ? negation(condition) : condition;

  function conditions(): Condition[] {
    const [first] = tests;
    return first === undefined ? [] : conditionsOf(first.is);
  }

  function conditionsOf(is: ValueTest['is']): Condition[] {
    switch (is) {
      case 'token':
        return tokenConditions(scope, param, of('token'));
      case 'of-type':
        return ofTypeConditions(scope, param, of('of-type'));
      case 'text':
        return textConditions(scope, param, of('text'));
      case 'reference':
        return referenceConditions(scope, param, of('reference'), compile);
      case 'date':
        return dateConditions(scope, param, of('date'));
      case 'number':
        return quantityConditions(scope, param, of('number'));
      case 'quantity':
        return quantityConditions(scope, param, of('quantity'));
      case 'string':
        return stringConditions(scope, param, of('string'));
      case 'uri':
        return uriConditions(scope, param, of('uri'));
      case 'near':
        return nearConditions(scope, param, of('near'));
      case 'composite':
        return of('composite').flatMap((test) => compositeConditions(test));
    }
  }

  function compositeConditions(test: CompositeTest): Condition[] {
    return (param.composite ?? []).map((plan) =>
      plan.kind === 'rows'
        ? compositeCondition(scope, plan.slot, plan.parts, test)
        : allOf(
            plan.parts.map((part, index) => {
              const partTest = test.parts[index];
              return paramCondition(
                scope,
                { kind: 'param', param: part, tests: partTest === undefined ? [] : [partTest], negated: false },
                compile,
              );
            }),
          ),
    );
  }
}

/** What is asked of few resources, or of none; undefined when nothing is known that makes it cheaper. */
function rareOf(scope: Scope, filter: ParamFilter): Condition | undefined {
  const { hasher, probes, unused } = scope;
  const rare = probes === 'nested' || unused !== undefined ? rareCondition(scope, filter) : undefined;
  if (rare === undefined) return undefined;
  const { param } = filter;
  const noted = notedSlots(scope, param);
  if (unused !== undefined && noted.length === param.slots.length && !noted.some((slot) => isKnownUsed(hasher, slot))) {
    for (const slot of noted) unused.add(slot);
    return NEVER;
  }
  return probes === 'nested' ? guarded(param, noted, rare) : undefined;
}

/** As they stand in keys. */
function notedSlots({ hasher }: Scope, { slots }: SearchParam): readonly number[] {
  return slots.filter(({ slot }) => isUseNoted(slot)).map(({ slot }) => hasher.slotNumber(slot.id));
}

/** Whether there is any value is looked at first: of any resource, which is asked once, and then of the one at hand. */
function guarded(param: SearchParam, noted: readonly number[], rare: KeysCondition): Condition {
  const inUse = noted.map((slot): Condition => ({ kind: 'in-use', slot }));
  return allOf([...inUse, missingCondition({ kind: 'missing', param, isMissing: false }), rare]);
}
