import type { Definitions } from '../../definitions/definitions.ts';
import { resolveTypeName, typeArgument } from '../model/type-name.ts';
import { FhirpathSyntaxError, type Call, type Expression } from '../syntax/expression.ts';
import { ANYTHING, either, memberType, membersText, one, typesOfKind, type StaticType } from './static-type.ts';

const BOOLEAN = one('System.Boolean');
const STRING = one('System.String');
const INTEGER = one('System.Integer');

/** What functions give that give always the same. */
const RESULTS: ReadonlyMap<string, StaticType> = new Map([
  ...named(
    BOOLEAN,
    'empty not exists all allTrue anyTrue allFalse anyFalse subsetOf supersetOf isDistinct is hasValue',
  ),
  ...named(BOOLEAN, 'startsWith endsWith contains matches matchesFull memberOf conformsTo htmlChecks comparable'),
  ...named(BOOLEAN, 'toBoolean convertsToBoolean convertsToInteger convertsToDecimal convertsToString convertsToDate'),
  ...named(BOOLEAN, 'convertsToDateTime convertsToTime convertsToQuantity'),
  ...named(INTEGER, 'count length indexOf lastIndexOf toInteger ceiling floor truncate precision'),
  ...named(STRING, 'upper lower trim substring replace replaceMatches join encode decode escape unescape toString'),
  ...named({ ...STRING, isSingle: false }, 'split toChars'),
  ...named(one('System.Decimal'), 'toDecimal round sqrt exp ln log'),
  ...named(one('System.Quantity'), 'toQuantity'),
  ...named(one('System.Date'), 'today toDate'),
  ...named(one('System.DateTime'), 'now toDateTime'),
  ...named(one('System.Time'), 'timeOfDay toTime'),
  ...named({ ...one('System.TypeInfo'), isSingle: false }, 'type'),
  ...named({ ...one('Extension'), isSingle: false }, 'extension'),
  ...named({ ...ANYTHING, isOrdered: false }, 'children descendants'),
]);
const SAME = new Set('where distinct skip take tail intersect exclude sort trace abs getValue'.split(' '));
const FIRST = new Set(['first', 'last', 'single']);
const ORDERED = new Set(['first', 'last', 'tail', 'skip', 'take']);
const TEXTS = new Set('startsWith endsWith contains matches matchesFull upper lower trim toChars split'.split(' '));
/** Functions that run their arguments on one value after the other. */
const LOOPS = new Set('where all exists select repeat sort aggregate trace'.split(' '));

function named(type: StaticType, names: string): (readonly [string, StaticType])[] {
  return names.split(' ').map((name) => [name, type]);
}

interface Scope {
  readonly definitions: Definitions;
  /** Type of `%resource`. */
  readonly resource: StaticType;
  /** `$this` */
  readonly self: StaticType;
}

/**
 * Checks that elements exist where they are looked for, as far as types are known.
 * @param contextType type of what the expression is evaluated on; undefined: any
 * @throws FhirpathSyntaxError that says which elements there are
 */
export function checkTypes(expression: Expression, contextType: string | undefined, definitions: Definitions): void {
  const self = contextType === undefined ? ANYTHING : one(contextType);
  const isResource = contextType !== undefined && definitions.isResourceType(contextType);
  typeOf(expression, { definitions, self, resource: isResource ? self : ANYTHING });
}

function typeOf(expression: Expression, scope: Scope): StaticType {
  switch (expression.kind) {
    case 'literal':
      return one(expression.type);
    case 'empty':
      return { types: [], isSingle: true, isOrdered: true };
    case 'this':
      return scope.self;
    case 'loop':
      return expression.name === 'index' ? INTEGER : ANYTHING;
    case 'variable':
      return expression.name === 'resource' ? scope.resource : ANYTHING;
    case 'member':
      return typeOfMember(expression, scope);
    case 'call':
      return typeOfCall(expression, scope);
    case 'index': {
      const left = typeOf(expression.left, scope);
      expectOrder(left, 'An index', expression);
      typeOf(expression.index, scope);
      return { ...left, isSingle: true };
    }
    case 'sign':
      return typeOf(expression.operand, scope);
    case 'binary':
      return typeOfBinary(expression, scope);
    case 'type': {
      const left = typeOf(expression.left, scope);
      return expression.operator === 'is' ? BOOLEAN : narrowed(left, expression.type, expression, scope);
    }
  }
}

function typeOfMember(member: Expression & { readonly kind: 'member' }, scope: Scope): StaticType {
  const { definitions } = scope;
  const { left, name, at } = member;
  const owner = left === undefined ? scope.self : typeOf(left, scope);
  if (left === undefined && definitions.type(name) !== undefined) {
    const known = typesOfKind(owner, name, definitions);
    if (known === undefined) return one(name);
    if (known.length > 0) return { ...owner, types: known };
  }
  const found = memberType(owner, name, definitions);
  if (found !== undefined) return found;
  const text = `${owner.types?.join(' | ') ?? ''} has no element ${name}; ${membersText(owner, name, definitions)}`;
  throw new FhirpathSyntaxError(text, at);
}

function typeOfCall(call: Call, scope: Scope): StaticType {
  const { name, arguments: parameters, left } = call;
  const input = left === undefined ? scope.self : typeOf(left, scope);
  if (ORDERED.has(name)) expectOrder(input, `${name}()`, call);
  if (TEXTS.has(name)) expectText(input, call, scope.definitions);
  if (name === 'is') return BOOLEAN;
  const [argument] = parameters;
  if (name === 'ofType' || name === 'as') {
    return argument === undefined ? input : narrowed(input, typeArgument(argument), argument, scope);
  }
  const inner = {
    ...scope,
    self: LOOPS.has(name) ? { ...input, isSingle: true } : name === 'iif' ? input : scope.self,
  };
  const types = parameters.map((parameter) => typeOf(parameter, inner));
  const [first = ANYTHING, second = ANYTHING, third = ANYTHING] = types;
  if (FIRST.has(name)) return { ...input, isSingle: true };
  if (SAME.has(name)) return input;
  if (name === 'select') return { ...first, isSingle: first.isSingle && input.isSingle };
  if (name === 'repeat') return typeOfRepeat(first, argument, scope);
  if (name === 'iif') return types.length < 3 ? second : either(second, third);
  if (name === 'union' || name === 'combine') return either(input, first);
  return RESULTS.get(name) ?? ANYTHING;
}

/** The second time round it runs on what the first gave. */
function typeOfRepeat(first: StaticType, argument: Expression | undefined, scope: Scope): StaticType {
  if (argument === undefined || first.types === undefined) return first;
  try {
    return { ...either(first, typeOf(argument, { ...scope, self: first })), isSingle: false };
  } catch (error) {
    if (error instanceof FhirpathSyntaxError) return { ...first, isSingle: false };
    throw error;
  }
}

function typeOfBinary({ operator, left, right }: Expression & { readonly kind: 'binary' }, scope: Scope): StaticType {
  const a = typeOf(left, scope);
  const b = typeOf(right, scope);
  switch (operator) {
    case '|':
      return either(a, b);
    case '&':
      return STRING;
    case '+':
    case '-':
    case '*':
    case '/':
    case 'div':
    case 'mod':
      return ANYTHING;
    default:
      return BOOLEAN;
  }
}

function narrowed(input: StaticType, type: string, { at }: Expression, { definitions }: Scope): StaticType {
  const { fhir, system } = resolveTypeName(type, definitions, at);
  const types = [fhir, system].filter((known) => known !== undefined);
  return { ...input, types };
}

function expectOrder({ isOrdered }: StaticType, where: string, { at }: Expression): void {
  if (!isOrdered)
    throw new FhirpathSyntaxError(`${where} needs an order, which children() and descendants() have not`, at);
}

/** Identifier.startsWith() is a mistake that would only show where there is an identifier. */
function expectText({ types }: StaticType, { name, at }: Call, definitions: Definitions): void {
  if (types === undefined || types.length === 0) return;
  const mayBeText = types.some((type) => type.startsWith('System.') || definitions.type(type)?.kind === 'primitive');
  if (!mayBeText) throw new FhirpathSyntaxError(`${name}() takes a text, not ${types.join(' | ')}`, at);
}
