import type { AnyResource } from '#sdk';
import { hasTaskCode } from './task-code.ts';

/**
 * Whether a resource goes on speaking of a patient who was merged into another one: it tells what was done to that chart, or
 * is a document that stays as it was made.
 */
export function isLeftBehind(resource: AnyResource): boolean {
  const { resourceType } = resource;
  if (resourceType === 'Task') return hasTaskCode(resource.code);
  return resourceType === 'Provenance' || resourceType === 'AuditEvent' || resourceType === 'Bundle';
}
