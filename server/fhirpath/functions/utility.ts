import { FhirpathError, type Env } from '../model/env.ts';
import { NONE, systemItem, type Items } from '../model/item.ts';
import { textIn } from './on-value.ts';
import type { FhirpathFunction, FunctionTable } from './function.ts';
import { loopOver } from './loop.ts';

/** https://hl7.org/fhirpath/N1/#utility-functions; times are in UTC */
export const UTILITY: FunctionTable = {
  now: clock('System.DateTime', (iso) => iso),
  today: clock('System.Date', (iso) => iso.slice(0, 10)),
  timeOfDay: clock('System.Time', (iso) => iso.slice(11, 23)),
  trace: {
    arity: [1, 2],
    compile:
      (input, [name, projection]) =>
      (self, env) => {
        const items = input(self, env);
        const told = env.host.trace;
        if (told === undefined) return items;
        told(textIn(name?.(self, env) ?? NONE, 'trace()') ?? '', projected(items, projection, env));
        return items;
      },
  },
  defineVariable: {
    arity: [1, 2],
    compile:
      (input, [name, value]) =>
      (self, env) => {
        const items = input(self, env);
        const variable = textIn(name?.(self, env) ?? NONE, 'defineVariable()') ?? '';
        if (env.variables.has(variable)) throw new FhirpathError(`%${variable} is defined already`);
        env.variables = new Map([...env.variables, [variable, value === undefined ? items : value(items, env)]]);
        return items;
      },
  },
};

function clock(type: string, part: (iso: string) => string): FhirpathFunction {
  return {
    arity: [0, 0],
    compile: () => (_self, env) => [systemItem(type, part(new Date(env.now).toISOString()))],
  };
}

function projected(items: Items, projection: ((self: Items, env: Env) => Items) | undefined, env: Env): Items {
  if (projection === undefined) return items;
  const found: Items[] = [];
  loopOver(items, env, (one) => {
    found.push(projection(one, env));
    return true;
  });
  return found.flat();
}
