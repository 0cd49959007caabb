import type { Definitions } from '../../../definitions/definitions.ts';
import type { ElementJson } from '../../../definitions/snapshot/element-json.ts';
import { compareDecimals } from '../../../kernel/decimal.ts';
import { isObject, numberText, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import { checkConstraint } from '../../constraints.ts';
import { report } from '../report.ts';
import type { ItemCheck } from '../rule.ts';

const BOUND = /^(min|max)Value([A-Z]\w*)$/;
const MOMENTS = new Set(['date', 'dateTime', 'instant']);
/** Units of time of UCUM as FHIRPath writes them. */
const CALENDAR: ReadonlyMap<string, string> = new Map([
  ['a', 'years'],
  ['mo', 'months'],
  ['wk', 'weeks'],
  ['d', 'days'],
  ['h', 'hours'],
  ['min', 'minutes'],
  ['s', 'seconds'],
]);

/**
 * `minValue[x]` and `maxValue[x]`. Numbers are compared by their digits, quantities after conversion of units, dates
 * as FHIRPath does: where the precision does not tell, they pass. A Quantity of time for a date counts from now.
 * https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.minValue_x_
 */
export function boundChecks(
  definition: ElementJson,
  label: string,
  type: string,
  definitions: Definitions,
): readonly ItemCheck[] {
  return Object.keys(definition).flatMap((key) => {
    const [, side, boundType] = BOUND.exec(key) ?? [];
    const bound = definition[key];
    if (side === undefined || boundType === undefined || bound === undefined) return [];
    const isMin = side === 'min';
    if (typeof bound === 'number') return [numberCheck(numberText(definition, key) ?? String(bound), isMin, label)];
    const literal = literalOf(bound, boundType, type, isMin);
    if (literal === undefined) return [];
    const check = checkConstraint(
      {
        key: `${side}Value`,
        severity: 'error',
        human: `${label} must be ${isMin ? 'at least' : 'at most'} ${shownBound(bound)}`,
        // What cannot be compared is not out of bounds.
        expression: `where($this ${isMin ? '<' : '>'} ${literal}).empty()`,
        isBestPractice: false,
      },
      type,
      definitions,
    );
    return [
      ({ value, owner, key: place }, { walk }): void => {
        if (value !== undefined && value !== null) check(value, owner, place, walk);
      },
    ];
  });
}

function numberCheck(bound: string, isMin: boolean, label: string): ItemCheck {
  return ({ owner, key }, visit) => {
    const text = numberText(owner, key);
    if (text === undefined) return;
    const order = compareDecimals(text, bound);
    if (isMin ? order >= 0 : order <= 0) return;
    report(visit, 'value', `${label} is ${text}. Expected is ${isMin ? 'at least' : 'at most'} ${bound}.`);
  };
}

/** The bound as a FHIRPath literal; undefined when values of the type cannot be compared with it. */
function literalOf(bound: JsonValue, boundType: string, type: string, isMin: boolean): string | undefined {
  if (typeof bound === 'string') {
    if (!/^[\d:.TZ+-]+$/.test(bound)) return undefined;
    if (boundType === 'Time') return `@T${bound}`;
    return boundType === 'Date' || bound.includes('T') ? `@${bound}` : `@${bound}T`;
  }
  if (!isObject(bound)) return undefined;
  const value = numberText(bound, 'value');
  const code = typeof bound.code === 'string' ? bound.code : bound.unit;
  if (value === undefined || typeof code !== 'string' || code.includes("'")) return undefined;
  if (!MOMENTS.has(type)) return `${value} '${code}'`;
  const unit = CALENDAR.get(code);
  if (unit === undefined) return undefined;
  const now = type === 'date' ? 'today()' : 'now()';
  return `(${now} ${isMin ? '-' : '+'} ${value} ${unit})`;
}

function shownBound(bound: JsonValue): string {
  if (!isObject(bound)) return String(bound);
  const { value, unit, code }: JsonObject = bound;
  return `${String(value)} ${String(code ?? unit)}`;
}
