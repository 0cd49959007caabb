import type { OAuthEvent, OnOAuthEvent } from '../auth/oauth/oauth-event.ts';
import type { AuditLog, LoggedEvent } from './audit-log.ts';
import { OWN_TENANT } from './trail.ts';

/** Records what the authorization server decides. https://profiles.ihe.net/ITI/BALP/ "Authorization Decision" */
export function recordOAuth(log: AuditLog): OnOAuthEvent {
  return (event) => log.record(loggedOf(event));
}

function loggedOf(event: OAuthEvent): LoggedEvent {
  const { kind, outcome, client, account, tenant = OWN_TENANT, fhirUser, patient, scopes, by, ip, detail } = event;
  const isPerson = account !== undefined || fhirUser !== undefined;
  const who = {
    ...(account === undefined ? {} : { account }),
    ...(fhirUser === undefined ? {} : { user: fhirUser }),
    ...(client === undefined ? {} : { client }),
  };
  return {
    kind: 'security',
    interaction: kind === 'token' && outcome === 'success' ? 'token-issued' : kind,
    outcome,
    tenant,
    who:
      by === undefined
        ? { kind: isPerson ? 'user' : client === undefined ? 'anonymous' : 'client', ...who }
        : by === 'server'
          ? { kind: 'server' }
          : { kind: 'user', account: by },
    ...(patient === undefined ? {} : { patients: [`Patient/${patient}`] }),
    ...(ip === undefined ? {} : { ip }),
    ...(detail === undefined ? {} : { text: detail }),
    ...(scopes === undefined ? {} : { facts: { scope: scopes.join(' ') } }),
  };
}
