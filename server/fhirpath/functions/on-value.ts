import { FhirpathError, spendText, type Env } from '../model/env.ts';
import { NONE, type Item, type Items } from '../model/item.ts';
import { singleton } from '../model/singleton.ts';
import { textOf } from '../value/operand.ts';
import type { FhirpathFunction } from './function.ts';

/** A function of one value without arguments; empty for none. */
export function onValue(name: string, run: (item: Item, env: Env) => Items): FhirpathFunction {
  return {
    arity: [0, 0],
    compile: (input) => (self, env) => {
      const item = singleton(input(self, env), `${name}()`);
      return item === undefined ? NONE : run(item, env);
    },
  };
}

/** A function of one text and of arguments of one value each; empty when one of those that must be there is not. */
export function onText(
  name: string,
  arity: readonly [number, number],
  run: (text: string, parameters: readonly (Item | undefined)[], env: Env) => Items,
): FhirpathFunction {
  return {
    arity,
    compile: (input, parameters) => (self, env) => {
      const text = textIn(input(self, env), `${name}()`);
      const values = parameters.map((parameter) => singleton(parameter(self, env), `${name}()`));
      if (text === undefined) return NONE;
      if (values.slice(0, arity[0]).includes(undefined)) return NONE;
      spendText(env, text.length);
      const made = run(text, values, env);
      for (const { value } of made) if (typeof value === 'string') spendText(env, value.length);
      return made;
    },
  };
}

/** @throws FhirpathError for several values, or one that is no text */
export function textIn(items: Items, where: string): string | undefined {
  const item = singleton(items, where);
  return item === undefined ? undefined : expectText(item, where);
}

export function expectText(item: Item, where: string): string | undefined {
  if (item.value === undefined) return undefined;
  const text = textOf(item) ?? temporalText(item);
  if (text === undefined) throw new FhirpathError(`${where} takes a text, not ${item.type}`);
  return text;
}

/** Dates of FHIR are written as texts, and invariants take them for such. */
function temporalText({ type, value }: Item): string | undefined {
  return typeof value === 'string' && !type.startsWith('System.') ? value : undefined;
}
