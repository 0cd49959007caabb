import { compareVersions } from '../../../server/definitions/canonical-index.ts';
import type { CodeSystem } from '../../code-system.ts';
import { canonicalOf } from '../../resource/elements.ts';
import { unknownSystemText, versionCheckText } from '../issues.ts';
import { resolveSystem, violatedCheck, type ResolvedSystem } from '../resolve-system.ts';
import { findSystem, heldVersions, noteSystem, type Scope } from '../scope.ts';
import type { Include } from '../value-set-plan.ts';
import { wantedVersion } from '../version-rules.ts';
import { MESSAGES } from './messages.ts';
import { elementAt, error, note, type CodingPlace, type Reported } from './reported.ts';

/** A code as it was given. */
export interface GivenCoding {
  readonly system: string;
  readonly version: string | undefined;
  readonly code: string;
  readonly display: string | undefined;
}

interface CodingSystems {
  /** Versions in which the code may be meant, newest first; empty: none is held. */
  readonly systems: readonly CodeSystem[];
  readonly issues: readonly Reported[];
  /** Canonicals of code systems that are not held. */
  readonly unknown: readonly string[];
}

/** In which versions of its system a coding is to be read, and what is wrong with its version. */
export async function codingSystems(
  scope: Scope,
  includes: readonly Include[],
  coding: GivenCoding,
  place: CodingPlace,
): Promise<CodingSystems> {
  if (includes.length === 0) return ofItsOwn(scope, coding, place);
  const resolved: (ResolvedSystem & { readonly stated: string | undefined })[] = [];
  for (const stated of new Set(includes.map(({ version }) => version))) {
    resolved.push({ stated, ...(await resolveSystem(scope, coding.system, stated, coding.version)) });
  }
  const held = resolved
    .filter(hasSystem)
    .sort((left, right) => compareVersions(right.system.version ?? '', left.system.version ?? ''));
  const fitting = held.filter(({ system }) => coding.version === undefined || system.version === coding.version);
  if (fitting.length > 0) {
    return {
      systems: fitting.map(({ system }) => system),
      issues: checks(scope, fitting[0]?.system, place),
      unknown: [],
    };
  }
  const chosen = held[0] ?? resolved[0];
  if (chosen === undefined) return ofItsOwn(scope, coding, place);
  const issues: Reported[] = [];
  const unknown: string[] = [];
  const missing = async (version: string | undefined): Promise<void> => {
    issues.push(await notHeld(scope, coding.system, version, place));
    unknown.push(canonicalOf(coding.system, version));
  };
  if (chosen.system === undefined) await missing(chosen.wanted.version);
  if (coding.version !== undefined) {
    issues.push(mismatch(coding, chosen, place));
    const isHeld = (await findSystem(scope, coding.system, coding.version)) !== undefined;
    if (!isHeld && chosen.system !== undefined) await missing(coding.version);
  }
  issues.push(...checks(scope, chosen.system, place));
  return { systems: chosen.system === undefined ? [] : [chosen.system], issues, unknown };
}

function hasSystem<R extends ResolvedSystem>(resolved: R): resolved is R & { readonly system: CodeSystem } {
  return resolved.system !== undefined;
}

/** No value set says which version. */
async function ofItsOwn(scope: Scope, coding: GivenCoding, place: CodingPlace): Promise<CodingSystems> {
  const wanted = wantedVersion(scope.systemVersions, coding.system, coding.version);
  const system = await findSystem(scope, coding.system, wanted.version);
  if (system !== undefined) {
    noteSystem(scope, system);
    return { systems: [system], issues: checks(scope, system, place), unknown: [] };
  }
  return {
    systems: [],
    issues: [await notHeld(scope, coding.system, wanted.version, place)],
    unknown: [coding.system],
  };
}

async function notHeld(scope: Scope, url: string, version: string | undefined, place: CodingPlace): Promise<Reported> {
  const held = await heldVersions(scope, url);
  const text = unknownSystemText(url, version, held, 'code cannot be validated');
  return error('not-found', 'not-found', MESSAGES.unknownSystem(version, held, text), elementAt(place, 'system'));
}

function mismatch(
  coding: GivenCoding,
  { system, wanted, stated }: ResolvedSystem & { stated: string | undefined },
  place: CodingPlace,
): Reported {
  const expression = elementAt(place, 'version');
  const given = coding.version ?? '';
  const version = wanted.version ?? '';
  switch (wanted.reason) {
    case 'newest': {
      const message = MESSAGES.otherThanNewest(coding.system, system?.version ?? '', given);
      return note('warning', 'invalid', 'vs-invalid', message, expression);
    }
    case 'stated':
      return error('invalid', 'vs-invalid', MESSAGES.otherVersion(coding.system, version, given), expression);
    default:
      return error(
        'invalid',
        'vs-invalid',
        MESSAGES.otherThanResulting(coding.system, version, stated ?? '', given),
        expression,
      );
  }
}

function checks(scope: Scope, system: CodeSystem | undefined, place: CodingPlace): readonly Reported[] {
  const required = system === undefined ? undefined : violatedCheck(scope, system);
  if (system === undefined || required === undefined) return [];
  return [
    error(
      'exception',
      'version-error',
      MESSAGES.versionCheck(versionCheckText(system.url, system.version, required)),
      elementAt(place, 'version'),
    ),
  ];
}
