import { fault } from '../../kernel/fault.ts';
import type { FhirSettings } from '../engine.ts';

/**
 * `_count` of history and operations; more than the server's maximum is cut to it, as R4 allows
 * (https://hl7.org/fhir/R4/search.html#count).
 * @throws Fault 400 when it is no positive whole number
 */
export function pageSize(settings: FhirSettings, count: string | undefined, byDefault: number): number {
  if (count === undefined) return byDefault;
  if (!/^[1-9][0-9]{0,8}$/.test(count)) {
    throw fault('paging.badCount', 400, 'value', `_count must be a whole number from 1 to ${settings.maxCount}.`);
  }
  return Math.min(Number(count), settings.maxCount);
}
