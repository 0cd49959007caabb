import { createHmac } from 'node:crypto';
import { cloneJson, type JsonObject } from '../kernel/json.ts';
import { deriveKey } from './sealer.ts';
import { placesIn } from './places.ts';
import { NO_RULES, type ProtectionRules } from './rules.ts';

/**
 * How one generation of index rows was made: identifiers that the rules name stand there as HMAC-SHA-256 (128 bits) under a
 * key that is not in the database, one key for each tenant and system; other elements that they name not at all.
 */
export interface IndexScheme {
  /** Number of its key; 0: without rules. */
  readonly id: number;
  readonly rules: ProtectionRules;
  readonly key: Buffer | undefined;
}

/**
 * The generations that matter now. While rows are made anew, every write makes those of both, and searches look at the one
 * that is complete. Rows of a generation that goes are deleted with the next change of their resource, at the latest by the
 * rotation.
 */
export interface IndexSchemes {
  readonly reading: IndexScheme;
  readonly writing: readonly IndexScheme[];
  /** Those of which a resource may still have rows. */
  readonly stored: readonly IndexScheme[];
}

export const PLAIN: IndexScheme = { id: 0, rules: NO_RULES, key: undefined };

/** The index key of a tenant that has none of its own yet. */
export function tenantIndexKey(key: Buffer, tenant: number): Buffer {
  return deriveKey(key, `index ${tenant}`);
}

/**
 * A resource as it is indexed: with identifiers replaced by what stands for them, without the other elements that the rules
 * name. Undefined: as it is.
 */
export function indexedForm({ rules, key }: IndexScheme, resource: JsonObject): JsonObject | undefined {
  if (key === undefined || placesIn(resource, rules).length === 0) return undefined;
  const copy = cloneJson(resource);
  for (const { parent, property, scope } of placesIn(copy, rules)) {
    const value = parent[property];
    if (scope !== undefined && typeof value === 'string') parent[property] = blind(key, scope, value);
    else Reflect.deleteProperty(parent, property);
  }
  return copy;
}

/**
 * What a search must look for, when it looks for an identifier of a system (undefined: of any).
 * @param type whose own identifier it is; undefined: one that stands elsewhere
 */
export function indexedCodes(
  { rules, key }: IndexScheme,
  type: string | undefined,
  system: string | undefined,
  code: string,
): readonly string[] {
  if (key === undefined || code === '') return [code];
  const own = type !== undefined && rules.identifierTypes.has(type) ? [type] : [];
  if (system === undefined) {
    return [code, ...[...rules.systems, ...own].map((scope) => blind(key, scope, code))];
  }
  if (rules.systems.has(system)) return [blind(key, system, code)];
  return own.length === 0 ? [code] : own.map((scope) => blind(key, scope, code));
}

function blind(key: Buffer, scope: string, value: string): string {
  return createHmac('sha256', key).update(scope).update('\0').update(value).digest('base64url').slice(0, 22);
}

/** Rules as they stand beside their key. */
export function rulesText({ systems, identifierTypes, elements }: ProtectionRules): string {
  return JSON.stringify({
    systems: [...systems].sort(),
    identifierTypes: [...identifierTypes].sort(),
    elements: [...elements].sort(([a], [b]) => (a < b ? -1 : 1)),
  });
}

export function rulesFromText(text: string): ProtectionRules {
  const { systems, identifierTypes, elements } = JSON.parse(text) as {
    readonly systems: readonly string[];
    readonly identifierTypes: readonly string[];
    readonly elements: readonly (readonly [string, readonly (readonly string[])[]])[];
  };
  return { systems: new Set(systems), identifierTypes: new Set(identifierTypes), elements: new Map(elements) };
}
