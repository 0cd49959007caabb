import { createRequire } from 'node:module';
import type { Model, ResourceNode, UserInvocationTable } from 'fhirpath';
import type { JsonObject } from '../kernel/json.ts';
import { checkExpression, type SyntaxNode } from './check-expression.ts';
import { fromEngine } from './from-engine.ts';
import { referencedResource } from './referenced-resource.ts';
import type { IndexedValue } from './values.ts';

interface EngineOptions {
  readonly resolveInternalTypes: false;
  readonly preciseMath: true;
  readonly userInvocationTable?: UserInvocationTable;
}

/** What is used of the `fhirpath` package; its own declarations answer `any`. */
interface Engine {
  compile(expression: string, model: Model, options: EngineOptions): Evaluate;
  parse(expression: string): SyntaxNode;
  types(values: readonly unknown[]): readonly string[];
}

type Evaluate = (resource: JsonObject, variables?: Readonly<Record<string, JsonObject>>) => readonly unknown[];

interface Loaded {
  readonly engine: Engine;
  readonly model: Model;
  readonly functions: UserInvocationTable;
}

const OPTIONS = { resolveInternalTypes: false, preciseMath: true } as const;
/** Expressions come from clients: a bound on what is remembered. */
const CACHE_LIMIT = 500;

const cache = new Map<string, Evaluate>();
let loaded: Loaded | undefined;

/**
 * Any FHIRPath that gives the same answer whenever it is run on the same resource, by the `fhirpath` package.
 * `resolve()` gives the contained resource, or a resource that has only the type and id that the reference names.
 * @throws Error on a syntax error, an unknown type, or a function that cannot be indexed
 */
export function compileGeneral(expression: string, resourceType: string): (resource: JsonObject) => IndexedValue[] {
  const { engine } = (loaded ??= load());
  const evaluate = compileOnce(expression, loaded);
  // Unknown types and functions only show when the expression runs.
  run(evaluate, { resourceType });
  return (resource) => {
    let values: readonly unknown[];
    try {
      values = run(evaluate, resource);
    } catch {
      // A parameter that does not fit one resource must not make it impossible to store that resource.
      return [];
    }
    return fromEngine(values, engine.types(values));
  };
}

function run(evaluate: Evaluate, resource: JsonObject): readonly unknown[] {
  return evaluate(resource, { resource, rootResource: resource });
}

function load(): Loaded {
  // Loading takes 0.1 s, which a server without such expressions need not pay.
  const require = createRequire(import.meta.url);
  const engine = require('fhirpath') as Engine;
  const model = require('fhirpath/fhir-context/r4') as Model;
  const toNode = engine.compile('$this', model, OPTIONS);
  const resolve = (references: readonly ResourceNode[]): readonly unknown[] =>
    references.flatMap((reference) => {
      const resource = referencedResource(reference);
      return resource === undefined ? [] : toNode(resource);
    });
  return { engine, model, functions: { resolve: { fn: resolve, arity: { 0: [] }, internalStructures: true } } };
}

function compileOnce(expression: string, { engine, model, functions }: Loaded): Evaluate {
  const known = cache.get(expression);
  if (known !== undefined) return known;
  checkExpression(parse(expression, engine));
  const evaluate = engine.compile(expression, model, { ...OPTIONS, userInvocationTable: functions });
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(expression, evaluate);
  return evaluate;
}

function parse(expression: string, engine: Engine): SyntaxNode {
  try {
    return engine.parse(expression);
  } catch (cause) {
    // On some errors (`name..given`) the parser itself fails and cannot say where.
    const where = cause instanceof Error && cause.message.startsWith('line: ') ? cause.message : 'syntax error';
    throw new Error(where.split(' expecting {', 1)[0], { cause });
  }
}
