import { VARIABLES, type Variable, type Variables } from './criteria.ts';
import type { ConsentRule, Provision } from './consent/consent-rule.ts';
import type { Deny, Role } from './grant.ts';
import type { Principal } from './principal.ts';
import type { TenantPolicies } from './tenant-policies.ts';

/** What decides for one principal at one moment, and until when it does. */
export interface Moment {
  /** With the open break-glass, if there is one. */
  readonly principal: Principal;
  /** Undefined: one of them cannot be read. */
  readonly roles: readonly Role[] | undefined;
  readonly variables: Variables;
  /** Milliseconds. */
  readonly until: number;
  /** Equal as long as nothing of it is otherwise. */
  readonly fingerprint: string;
}

/** Organizations, care teams and represented patients of a user are looked up again after that time; ms. */
const LOOKED_UP_FOR = 2000;
/** Which of them actors of consents can be. */
const ACTORS: readonly Variable[] = ['roles', 'orgs', 'careteam'];

/** @param lookUp what the variables stand for now */
export async function momentOf(
  principal: Principal,
  policies: TenantPolicies,
  now: number,
  lookUp: (wanted: ReadonlySet<Variable>) => Promise<Variables>,
): Promise<Moment> {
  const roles = rolesOf(principal, policies);
  const wanted = wantedVariables(roles ?? [], policies.consents);
  const variables = await lookUp(wanted);
  const glass = principal.account === undefined ? undefined : policies.openGlass.get(principal.account);
  const isOpen = glass !== undefined && now < glass.until;
  const { breakGlass: _claimed, ...claims } = principal;
  const ends = (roles ?? [])
    .flatMap(({ grants }) => grants.map(({ ttl }) => endOf(principal, ttl)))
    .filter((end) => end > now);
  const turn = policies.turns.find((at) => at > now) ?? Infinity;
  return {
    principal: isOpen ? { ...claims, breakGlass: glass } : claims,
    roles,
    variables,
    until: Math.min(
      now + (isLookedUp(principal, wanted) ? LOOKED_UP_FOR : Infinity),
      isOpen ? glass.until : Infinity,
      turn,
      ...ends,
    ),
    fingerprint: JSON.stringify([[...variables], isOpen ? glass : null, turn, ends]),
  };
}

/** Roles that nobody defined give nothing; one that is defined wrongly takes everything away. */
function rolesOf({ roles }: Principal, policies: TenantPolicies): readonly Role[] | undefined {
  const found: Role[] = [];
  for (const name of new Set(roles)) {
    const role = policies.roles.get(name);
    if (role === undefined && policies.roles.has(name)) return undefined;
    if (role !== undefined && !found.includes(role)) found.push(role);
  }
  return found;
}

function wantedVariables(roles: readonly Role[], consents: readonly ConsentRule[]): ReadonlySet<Variable> {
  const wanted = new Set<Variable>(consents.some(({ provision }) => namesActors(provision)) ? ACTORS : []);
  const used = (rule: Deny): readonly Variable[] =>
    VARIABLES.filter((name) => rule.compartment?.variable === name || rule.criteria?.includes(`%${name}`) === true);
  for (const { grants, denies } of roles)
    for (const rule of [...grants, ...denies]) for (const name of used(rule)) wanted.add(name);
  return wanted;
}

function namesActors({ actors, exceptions }: Provision): boolean {
  return actors !== undefined || exceptions.some(namesActors);
}

function isLookedUp({ fhirUser = '' }: Principal, wanted: ReadonlySet<Variable>): boolean {
  if (fhirUser.startsWith('RelatedPerson/')) return wanted.has('patient');
  return fhirUser.startsWith('Practitioner/') && ACTORS.some((name) => wanted.has(name));
}

function endOf({ signedIn }: Principal, ttl: number | undefined): number {
  return ttl === undefined || signedIn === undefined ? -Infinity : signedIn + ttl * 60_000;
}
