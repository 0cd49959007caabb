import { not, type Condition, type Scope } from '../store/condition.ts';
import type { Compile } from './attribute-kinds.ts';
import type { ConceptFilter } from './ecl-tree.ts';

/** `{{ C … }}`: what the release says of the concept itself. */
export function conceptFilterCondition(scope: Scope, filter: ConceptFilter, compile: Compile): Condition {
  switch (filter.kind) {
    case 'active':
      return (alias) => `${alias}.is_active = ${filter.value}`;
    case 'definitionStatus': {
      const values = filter.statuses.map((status) => (status === 'defined' ? 'true' : 'false'));
      return negated(
        filter.isNegated,
        (alias) => `${alias}.own ->> 'sufficientlyDefined' in ('${values.join("','")}')`,
      );
    }
    case 'module': {
      const m = scope.alias();
      const modules = `select ${m}.code from ${scope.tables.concept} ${m} where ${compile(scope, filter.of)(m)}`;
      return negated(filter.isNegated, (alias) => `${alias}.own ->> 'moduleId' in (${modules})`);
    }
    case 'effectiveTime': {
      const { comparison, times } = filter;
      const tests = times.map(
        (time) => (alias: string) =>
          `${alias}.own ->> 'effectiveTime' ${comparison === '!=' ? '<>' : comparison} '${time}'`,
      );
      return (alias) => `(${tests.map((test) => test(alias)).join(comparison === '!=' ? ' and ' : ' or ')})`;
    }
  }
}

function negated(isNegated: boolean, condition: Condition): Condition {
  return isNegated ? not(condition) : condition;
}
