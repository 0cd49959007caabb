import { withheld, type ConsentMode, type ConsentSubject } from './consent/consent-filter.ts';
import type { Action, Allowed } from './access.ts';
import { allOf, anyOf, except } from './algebra.ts';
import type { CriteriaContext, Variables } from './criteria.ts';
import type { Grant, Role } from './grant.ts';
import { selectedBy } from './grant-filter.ts';
import { clearedCodes, labelDenies } from './labels.ts';
import { pathsOf } from './masks.ts';
import { membersOf } from './members.ts';
import type { Principal } from './principal.ts';
import { scopedBy, smartScopesOf } from './scope-filter.ts';
import type { SmartScope } from './smart-scope.ts';

/** Everything that decides about one principal's access, at one moment. */
export interface RuleInput {
  readonly context: CriteriaContext;
  /** With the open break-glass, if there is one. */
  readonly principal: Principal;
  /** Those of its roles that are known. */
  readonly roles: readonly Role[];
  readonly variables: Variables;
  readonly consents: Omit<ConsentMode, 'registry'>;
  /** Milliseconds. */
  readonly now: number;
}

/** A grant that holds for the principal now, with the resources of one type that it selects. */
export interface Selection {
  readonly grant: Grant;
  readonly selected: Allowed;
  /** Elements of the type that it does not show. */
  readonly hidden: readonly string[];
}

/** The rules of one principal; `allowed` is the one formula by which every path decides. */
export interface Rules {
  readonly scopes: readonly SmartScope[] | undefined;
  allowed(type: string, action: Action): Allowed;
  /** Grants of the roles for one of the actions on a type. */
  selections(type: string, actions: readonly Action[]): readonly Selection[];
  /** What an open break-glass shows of a type, whole. */
  opened(type: string): Allowed;
}

/** Written once and never changed, by whomever; kept from those who examine it by no consent or label, opened by no emergency. */
const TRAIL = 'AuditEvent';

/** (one of the role grants, or break-glass) and (one of the scopes) and none of the denies. */
export function createRules(input: RuleInput): Rules {
  const { context, principal, roles, variables, consents, now } = input;
  const { definitions, registry } = context;
  const scopes = smartScopesOf(context, principal);
  const purposes = purposesOf(principal, roles);
  const cleared = new Set(
    roles.flatMap(({ clearance }) => clearance.flatMap((code) => clearedCodes(definitions, code) ?? [])),
  );
  const grants = roles.flatMap((role) => role.grants).filter((grant) => isInForce(grant, purposes, principal, now));
  const denies = roles.flatMap((role) => role.denies);
  const subject: ConsentSubject = {
    actors: actorsOf(variables),
    purposes,
    self: principal.fhirUser?.startsWith('Patient/') === true ? principal.fhirUser.slice('Patient/'.length) : undefined,
    now,
  };

  function selections(type: string, actions: readonly Action[]): readonly Selection[] {
    return grants
      .filter((grant) => grant.types.includes(type) && grant.interactions.some((action) => actions.includes(action)))
      .flatMap((grant) => {
        const selected = selectedBy(context, grant, type, variables) ?? 'none';
        return selected === 'none' ? [] : [{ grant, selected, hidden: pathsOf(grant.hidden, type) }];
      });
  }

  function takenAway(type: string, action: Action): Allowed {
    const own = denies.filter((deny) => deny.types.includes(type) && deny.interactions.includes(action));
    return anyOf(own.map((deny) => selectedBy(context, deny, type, variables) ?? 'all'));
  }

  function denied(type: string, action: Action): Allowed {
    return anyOf([takenAway(type, action), withheld({ ...consents, registry }, subject, type, action)]);
  }

  function opened(type: string): Allowed {
    const { breakGlass } = principal;
    if (breakGlass === undefined || breakGlass.until <= now) return 'none';
    return membersOf(registry, 'Patient', type, [breakGlass.patient]);
  }

  return {
    scopes,
    selections,
    opened,
    allowed(type, action) {
      if (!definitions.isResourceType(type)) return 'none';
      const granted = selections(type, [action]).map(({ selected }) => selected);
      const scoped = scopedBy(context, scopes, principal, type, action);
      if (type === TRAIL) {
        const isKept = action === 'update' || action === 'delete';
        return isKept ? 'none' : allOf([anyOf(granted), scoped, except(takenAway(type, action))]);
      }
      const emergency = opened(type);
      const isLooking = action === 'read' || action === 'search';
      const labels = (which: Parameters<typeof labelDenies>[3]): Allowed => labelDenies(context, type, cleared, which);
      const withheldNow =
        emergency === 'none' ? [denied(type, action), labels('both')] : [denied(type, action), labels('ordinary')];
      return allOf([
        anyOf(isLooking ? [...granted, emergency] : granted),
        scoped,
        except(allOf([anyOf(withheldNow), except(emergency)])),
        emergency === 'none' ? 'all' : except(labels('absolute')),
        // What has a securityContext is read as that resource is, by whoever may read that one (fhir/binary/).
        type === 'Binary' && isLooking ? { kind: 'no-context' } : 'all',
      ]);
    },
  };
}

/** Care teams stand beside their patients in `%careteam`. */
function actorsOf(variables: Variables): ReadonlySet<string> {
  const teams = (variables.get('careteam') ?? []).filter((ref) => ref.startsWith('CareTeam/'));
  const names = ['user', 'roles', 'orgs'] as const;
  return new Set([...names.flatMap((name) => variables.get(name) ?? []), ...teams]);
}

/** What was said when the token was given; otherwise what the roles are for. */
function purposesOf({ purposes }: Principal, roles: readonly Role[]): readonly string[] {
  return purposes.length > 0 ? purposes : roles.map(({ purpose }) => purpose);
}

function isInForce(grant: Grant, purposes: readonly string[], { signedIn }: Principal, now: number): boolean {
  const isForPurpose = grant.purposes?.some((purpose) => purposes.includes(purpose)) ?? true;
  const isInTime = grant.ttl === undefined || (signedIn !== undefined && now < signedIn + grant.ttl * 60_000);
  return isForPurpose && isInTime;
}
