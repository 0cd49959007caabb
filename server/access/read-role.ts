import type { Definitions } from '../definitions/definitions.ts';
import { FhirpathSyntaxError } from '../fhirpath/syntax/expression.ts';
import { Fault } from '../kernel/fault.ts';
import { isObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { compileConstraint } from './write-constraint.ts';
import type { Action } from './access.ts';
import { readCriteria, type CriteriaContext } from './criteria.ts';
import { isWithin } from './hidden-path.ts';
import type { Deny, Grant, GrantCompartment, Role } from './grant.ts';
import { clearedCodes } from './labels.ts';
import { typesNamed } from './type-groups.ts';

/** A role, or everything that is wrong with its definition. */
export type RoleReading = { readonly role: Role } | { readonly problems: readonly string[] };

const NAME = /^[a-z][a-z0-9-]{0,63}$/;
const CODE = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const COMPARTMENT = /^([A-Z][A-Za-z]+)\/%(user|patient|careteam)$/;
const ACTIONS: readonly Action[] = ['create', 'read', 'update', 'delete', 'search'];
const ROLE_KEYS = ['name', 'title', 'purpose', 'grants', 'denies', 'clearance', 'operations'];
const DENY_KEYS = ['types', 'interactions', 'criteria', 'compartment'];
const GRANT_KEYS = [...DENY_KEYS, 'hidden', 'readonly', 'writeConstraint', 'purposes', 'ttl'];
/** Without them a resource is none; they are shown and kept always. */
const ALWAYS_SHOWN = ['id', 'meta', 'resourceType', 'text', 'contained'];

interface Reading extends CriteriaContext {
  readonly problems: string[];
}

/**
 * Reads the definition of a role. Nothing is guessed: what is unknown, misspelled or cannot be decided is a problem, and a
 * role with a problem grants nothing.
 */
export function readRole(json: JsonValue, context: CriteriaContext): RoleReading {
  const { definitions, registry } = context;
  const reading: Reading = { definitions, registry, problems: [] };
  if (!isObject(json)) return { problems: ['A role is an object with name, title and grants.'] };
  expectKeys(reading, 'role', json, ROLE_KEYS);
  const role: Role = {
    name: textOf(reading, json, 'name', NAME) ?? '',
    title: textOf(reading, json, 'title', /^.{1,200}$/) ?? '',
    purpose: json.purpose === undefined ? 'TREAT' : (textOf(reading, json, 'purpose', CODE) ?? ''),
    grants: listOf(reading, 'grants', json.grants).map((grant, index) => grantOf(reading, `grants[${index}]`, grant)),
    denies: listOf(reading, 'denies', json.denies ?? []).map((deny, index) =>
      denyOf(reading, `denies[${index}]`, deny, DENY_KEYS),
    ),
    clearance:
      json.clearance === undefined ? [] : textsOf(reading, 'clearance', json.clearance, /^(\*|[A-Za-z_]{1,64})$/),
    operations:
      json.operations === undefined
        ? []
        : textsOf(reading, 'operations', json.operations, /^(\*|[a-z][a-z0-9-]{0,63})$/),
  };
  for (const code of role.clearance) {
    if (clearedCodes(definitions, code) === undefined)
      reading.problems.push(`clearance: ${code} is no sensitive label.`);
  }
  return reading.problems.length === 0 ? { role } : { problems: reading.problems };
}

function grantOf(reading: Reading, at: string, json: JsonObject): Grant {
  const deny = denyOf(reading, at, json, GRANT_KEYS);
  const grant: Grant = {
    ...deny,
    hidden: json.hidden === undefined ? [] : pathsOf(reading, `${at}.hidden`, json.hidden, deny.types),
    readonly: json.readonly === undefined ? [] : pathsOf(reading, `${at}.readonly`, json.readonly, deny.types),
    ...(json.purposes === undefined ? {} : { purposes: textsOf(reading, `${at}.purposes`, json.purposes, CODE) }),
    ...(json.ttl === undefined ? {} : { ttl: minutesOf(reading, `${at}.ttl`, json.ttl) }),
  };
  for (const path of grant.hidden) expectUnordered(reading, `${at}.hidden`, path);
  if (json.writeConstraint === undefined) return grant;
  const { writeConstraint } = json;
  if (typeof writeConstraint !== 'string') {
    reading.problems.push(`${at}.writeConstraint must be FHIRPath.`);
    return grant;
  }
  try {
    compileConstraint(writeConstraint, reading.definitions);
  } catch (error) {
    if (!(error instanceof FhirpathSyntaxError)) throw error;
    reading.problems.push(`${at}.writeConstraint: ${error.message}`);
  }
  return { ...grant, writeConstraint };
}

function denyOf(reading: Reading, at: string, json: JsonObject, keys: readonly string[]): Deny {
  expectKeys(reading, at, json, keys);
  const names = textsOf(reading, `${at}.types`, json.types, /^(\*|@[a-z]+|[A-Z][A-Za-z]+)$/);
  const types = [
    ...new Set(
      names.flatMap((name) => {
        const named = typesNamed(name, reading.definitions);
        if (named === undefined) reading.problems.push(`${at}.types: there is no type or group ${name}.`);
        return named ?? [];
      }),
    ),
  ];
  const words = textsOf(reading, `${at}.interactions`, json.interactions, /^[a-z]+$/);
  const interactions = ACTIONS.filter((action) => words.includes(action));
  if (interactions.length !== words.length) {
    reading.problems.push(`${at}.interactions takes ${ACTIONS.join(', ')}, each once.`);
  }
  return {
    types,
    interactions,
    ...(json.criteria === undefined ? {} : { criteria: criteriaOf(reading, `${at}.criteria`, json.criteria, types) }),
    ...(json.compartment === undefined
      ? {}
      : { compartment: compartmentOf(reading, `${at}.compartment`, json.compartment, types) }),
  };
}

function criteriaOf(reading: Reading, at: string, value: JsonValue, types: readonly string[]): string {
  if (typeof value !== 'string') {
    reading.problems.push(`${at} must be a FHIR search such as status=active.`);
    return '';
  }
  for (const type of types) {
    try {
      readCriteria(reading, type, value);
    } catch (error) {
      // A parameter that is still being indexed is no mistake; until it is, the grant gives nothing.
      if (!(error instanceof Fault)) throw error;
      if (error.status !== 409) reading.problems.push(`${at} for ${type}: ${error.issues[0]?.text ?? ''}`);
    }
  }
  return value;
}

function compartmentOf(reading: Reading, at: string, value: JsonValue, types: readonly string[]): GrantCompartment {
  const [, code = '', variable = 'user'] = (typeof value === 'string' ? COMPARTMENT.exec(value) : undefined) ?? [];
  const { definitions, registry } = reading;
  if (!definitions.compartments.some((compartment) => compartment.code === code)) {
    reading.problems.push(`${at} must be such as Patient/%patient, Patient/%careteam or Practitioner/%user.`);
  } else {
    const outside = types.filter((type) => type !== code && registry.compartmentParams(code, type).length === 0);
    if (outside.length > 0)
      reading.problems.push(`${at}: never in the compartment of a ${code}: ${outside.join(', ')}.`);
  }
  return { code, variable: variable as GrantCompartment['variable'] };
}

/** Element paths that begin with one of the types. */
function pathsOf(reading: Reading, at: string, value: JsonValue, types: readonly string[]): readonly string[] {
  const paths = textsOf(reading, at, value, /^[A-Z][A-Za-z]+(\.[a-z][A-Za-z0-9]*)+$/);
  for (const path of paths) {
    const [type = '', first = '', ...rest] = path.split('.');
    const isElement = types.includes(type) && elementExists(reading.definitions, [type], [first, ...rest]);
    if (!isElement) reading.problems.push(`${at}: ${path} is no element of a type of this grant.`);
    if (ALWAYS_SHOWN.includes(first)) reading.problems.push(`${at}: ${path} cannot be limited.`);
  }
  return paths;
}

function elementExists(definitions: Definitions, owners: readonly string[], path: readonly string[]): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return true;
  const elements = owners.flatMap((owner) => definitions.type(owner)?.elements ?? []);
  const types = elements.filter((element) => element.name === name).flatMap((element) => element.types);
  return (
    types.length > 0 &&
    elementExists(
      definitions,
      types.map(({ code }) => code),
      rest,
    )
  );
}

/** The natural date of a type orders the results of every search, and so would tell of itself. */
function expectUnordered({ registry, problems }: Reading, at: string, path: string): void {
  const type = path.slice(0, path.indexOf('.'));
  const natural = registry.params(type).find((param) => param.naturalSort);
  const slot = natural?.slots[0]?.slot.name;
  if (slot !== undefined && isWithin(path, `${type}.${slot}`))
    problems.push(`${at}: ${path} orders what is found; it cannot be hidden.`);
}

function minutesOf(reading: Reading, at: string, value: JsonValue): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 1440) return value;
  reading.problems.push(`${at} must be minutes from 1 to 1440.`);
  return 0;
}

function expectKeys({ problems }: Reading, at: string, json: JsonObject, keys: readonly string[]): void {
  for (const key of Object.keys(json)) {
    if (!keys.includes(key)) problems.push(`${at}: ${key.slice(0, 64)} is not known; known are ${keys.join(', ')}.`);
  }
}

function listOf({ problems }: Reading, at: string, value: JsonValue | undefined): readonly JsonObject[] {
  if (Array.isArray(value) && value.every(isObject)) return value;
  problems.push(`${at} must be a list of objects.`);
  return [];
}

function textsOf({ problems }: Reading, at: string, value: JsonValue | undefined, shape: RegExp): readonly string[] {
  const isList = Array.isArray(value) && value.length > 0;
  const texts = isList ? value.filter((item) => typeof item === 'string' && shape.test(item)) : [];
  if (!isList || texts.length !== value.length)
    problems.push(`${at} must be a list of ${shape.source}, with at least one.`);
  return texts.filter((text) => typeof text === 'string');
}

function textOf({ problems }: Reading, json: JsonObject, key: string, shape: RegExp): string | undefined {
  const value = json[key];
  if (typeof value === 'string' && shape.test(value)) return value;
  problems.push(`${key} must be a text like ${shape.source}.`);
  return undefined;
}
