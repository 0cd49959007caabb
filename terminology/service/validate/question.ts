import { fault } from '../../../server/kernel/fault.ts';
import type { JsonObject } from '../../../server/kernel/json.ts';
import { objectsAt } from '../../resource/elements.ts';
import { flagOf, objectOf, refuseUnsupported, textOf, type Parameters } from '../parameters.ts';
import type { CodingRules } from './check-coding.ts';
import type { CodingPlace } from './reported.ts';

/** A code system, in a version or in its newest one. */
export interface AskedSystem {
  readonly url: string;
  readonly version: string | undefined;
}

interface PlacedCoding {
  readonly coding: JsonObject;
  readonly place: CodingPlace;
}

/** What is to be validated, and how. */
export interface Question {
  readonly codings: readonly PlacedCoding[];
  readonly codeableConcept: JsonObject | undefined;
  readonly rules: CodingRules;
  readonly infersSystem: boolean;
  /** Also tell what the answer rests on. */
  readonly hasDiagnostics: boolean;
}

/**
 * @param system the code system that a code without a system is of
 * @throws Fault `terminology.parameter` (400) when there is nothing to validate
 */
export function questionOf(parameters: Parameters, system: AskedSystem | undefined): Question {
  refuseUnsupported(parameters);
  const infersSystem = flagOf(parameters, 'inferSystem') ?? false;
  return {
    codings: codingsOf(parameters, system, infersSystem),
    codeableConcept: objectOf(parameters, 'codeableConcept'),
    rules: {
      takesAbstract: flagOf(parameters, 'abstract') !== false,
      hasLenientDisplay: flagOf(parameters, 'lenient-display-validation') ?? false,
      isMembershipOnly: flagOf(parameters, 'valueset-membership-only') ?? false,
    },
    infersSystem,
    hasDiagnostics: flagOf(parameters, 'diagnostics') ?? false,
  };
}

const NOTHING =
  'Unable to find code to validate (looked for coding | codeableConcept | code+system | code+inferSystem in parameters';

function codingsOf(
  parameters: Parameters,
  system: AskedSystem | undefined,
  infersSystem: boolean,
): readonly PlacedCoding[] {
  const concept = objectOf(parameters, 'codeableConcept');
  if (concept !== undefined) {
    return objectsAt(concept, 'coding').map((coding, index) => ({
      coding,
      place: { path: `CodeableConcept.coding[${index}]` },
    }));
  }
  const coding = objectOf(parameters, 'coding');
  if (coding !== undefined) return [{ coding, place: { path: 'Coding' } }];
  const code = textOf(parameters, 'code');
  const url = textOf(parameters, 'system') ?? system?.url;
  if (code === undefined || (url === undefined && !infersSystem)) {
    throw fault('terminology.parameter', 400, 'invalid', NOTHING);
  }
  const stated = system === undefined ? textOf(parameters, 'version') : system.version;
  const version = textOf(parameters, 'systemVersion') ?? stated;
  const display = textOf(parameters, 'display');
  const given = {
    code,
    ...(url === undefined ? {} : { system: url }),
    ...(version === undefined ? {} : { version }),
    ...(display === undefined ? {} : { display }),
  };
  return [{ coding: given, place: { path: '' } }];
}
