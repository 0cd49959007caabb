import { spend, type Env } from '../model/env.ts';
import { booleanItems, NONE, systemItem, type Item, type Items } from '../model/item.ts';
import { singleton } from '../model/singleton.ts';
import { isExactlyOfType, isOfType, resolveTypeName, typeArgument, type TypeName } from '../model/type-name.ts';
import { FhirpathError } from '../model/env.ts';
import type { CallContext, FunctionTable } from './function.ts';

/** https://hl7.org/fhirpath/N1/#tree-navigation and #types-and-reflection */
export const NAVIGATION: FunctionTable = {
  children: {
    arity: [0, 0],
    compile: (input) => (self, env) => childrenOf(input(self, env), env),
  },
  descendants: {
    arity: [0, 0],
    compile: (input) => (self, env) => {
      const found: Item[] = [];
      addDescendants(input(self, env), found, env);
      return found;
    },
  },
  is: {
    arity: [1, 1],
    compile: (input, _parameters, context) => {
      const type = typeOf(context);
      return (self, env) => isItems(input(self, env), type, context);
    },
  },
  as: {
    arity: [1, 1],
    compile: (input, _parameters, context) => {
      const type = typeOf(context);
      return (self, env) => asItems(input(self, env), type, context);
    },
  },
  type: {
    arity: [0, 0],
    compile:
      (input, _parameters, { definitions }) =>
      (self, env) =>
        input(self, env).map(({ type }) => {
          const isSystem = type.startsWith('System.');
          const name = isSystem ? type.slice(7) : type;
          const info = definitions.type(type)?.kind === 'backbone' ? 'BackboneElement' : name;
          return systemItem('System.TypeInfo', { namespace: isSystem ? 'System' : 'FHIR', name: info });
        }),
  },
};

function typeOf({ call, definitions }: CallContext): TypeName {
  const [argument] = call.arguments;
  return resolveTypeName(argument === undefined ? '' : typeArgument(argument), definitions, argument?.at ?? call.at);
}

type TypeContext = Pick<CallContext, 'definitions' | 'isStrict'>;

export function isItems(items: Items, type: TypeName, { definitions, isStrict }: TypeContext): Items {
  const item = singleton(items, 'is');
  return item === undefined ? NONE : booleanItems(isOfType(item, type, definitions, !isStrict));
}

/** R4's own invariants and search parameters cast collections, which FHIRPath forbids by now. */
export function asItems(items: Items, type: TypeName, { definitions, isStrict }: TypeContext): Items {
  if (isStrict && items.length > 1) {
    throw new FhirpathError(`as takes one value, not ${items.length}; use ofType() to filter a collection`);
  }
  return items.filter((item) => isExactlyOfType(item, type, definitions, !isStrict));
}

function childrenOf(items: Items, env: Env): Items {
  const found: Item[] = [];
  for (const item of items) env.navigator.addChildren(item, found);
  spend(env, found.length);
  return found;
}

/** Parents before their children. JSON is never nested so deeply that this recursion would be. */
function addDescendants(items: Items, found: Item[], env: Env): void {
  for (const item of items) {
    const children = childrenOf([item], env);
    for (const child of children) {
      found.push(child);
      addDescendants([child], found, env);
    }
  }
}
