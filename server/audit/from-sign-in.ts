import type { OnSignInEvent, SignInEvent, SignInEventKind } from '../auth/sign-in-event.ts';
import type { AuditLog, LoggedEvent } from './audit-log.ts';
import type { Kind } from './kinds.ts';
import { OWN_TENANT } from './trail.ts';

const AUTHENTICATION: ReadonlySet<SignInEventKind> = new Set<SignInEventKind>([
  'sign-in',
  'second-factor',
  'sign-out',
  'recovery-code-used',
  'sessions-ended',
]);

/** Records what happens to accounts and sessions. */
export function recordSignIn(log: AuditLog): OnSignInEvent {
  return (event) => log.record(loggedOf(event));
}

function loggedOf(event: SignInEvent): LoggedEvent {
  const { kind, outcome, account, login, tenant = OWN_TENANT, fhirUser, methods, by, ip, detail } = event;
  const isPerson = account !== undefined || fhirUser !== undefined;
  const person = {
    ...(account === undefined ? {} : { account }),
    ...(fhirUser === undefined ? {} : { user: fhirUser }),
  };
  const facts = {
    // A mail address may have to be erased, as all that stands in a detail.
    ...(login === undefined ? {} : { login }),
    ...(methods === undefined || methods.length === 0 ? {} : { methods: methods.join(' ') }),
    // Done by somebody else: the account is what it was done to.
    ...(by === undefined || account === undefined ? {} : { account }),
  };
  return {
    kind: kindOf(kind),
    interaction: kind,
    outcome,
    tenant,
    who:
      by === undefined
        ? { kind: isPerson ? 'user' : 'anonymous', ...person }
        : by === 'server'
          ? { kind: 'server' }
          : { kind: 'user', account: by },
    ...(ip === undefined ? {} : { ip }),
    ...(detail === undefined ? {} : { text: detail }),
    ...(Object.keys(facts).length === 0 ? {} : { facts }),
  };
}

function kindOf(kind: SignInEventKind): Kind {
  if (AUTHENTICATION.has(kind)) return 'authentication';
  return kind === 'locked' ? 'security' : 'account';
}
