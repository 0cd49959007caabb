import type { Definitions, PropertyDef } from '../../definitions/definitions.ts';
import type { ValueCheck } from '../object-rule.ts';
import { checkLocalCanonical } from './local-canonical.ts';
import { checkReferenceTarget } from './reference-target.ts';

const NONE: readonly ValueCheck[] = [];

/** What an element of type Reference or canonical asks of where it leads to. */
export function referenceChecks({ type }: PropertyDef, definitions: Definitions): readonly ValueCheck[] {
  if (type.code === 'Reference') return [checkReferenceTarget(type.targets, definitions)];
  if (type.code === 'canonical') return [checkLocalCanonical(type.targets)];
  return NONE;
}
