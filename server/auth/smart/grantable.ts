import { commonScope, scopeParts, scopeText, type ScopeParts } from './scope-parts.ts';

/** Scopes that name no resources. https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html */
export const PLAIN_SCOPES = [
  'openid',
  'fhirUser',
  'profile',
  'launch',
  'launch/patient',
  'launch/encounter',
  'offline_access',
  'online_access',
] as const;

/** Of a system that may ask what any token is, such as a gateway. RFC 7662 leaves to the server whom it answers. */
export const INTROSPECT_SCOPE = 'introspect';

const PLAIN = new Set<string>(PLAIN_SCOPES);

export interface ScopeRules {
  /** The most that the client may be granted. */
  readonly ceiling: readonly string[];
  readonly mayRefresh: boolean;
  /** `user`: a person agrees to it, `system`: the client acts for itself. */
  readonly kind: 'user' | 'system';
  /** Whether a clinical scope means something here: its type exists, and so do its search parameters. */
  isValid(scope: string): boolean;
}

/**
 * What of the scopes that were asked for can be granted: unknown and malformed ones fall away, wider ones are cut to what
 * the client was registered with.
 */
export function grantable(asked: readonly string[], rules: ScopeRules): string[] {
  const ceiling = rules.ceiling.map(scopeParts).filter((parts) => parts !== undefined);
  const granted = asked.flatMap((scope) => {
    const parts = scopeParts(scope);
    if (parts === undefined) return mayHavePlain(scope, rules) ? [scope] : [];
    if ((parts.context === 'system') !== (rules.kind === 'system') || !rules.isValid(scope)) return [];
    return cut(scope, parts, ceiling).filter((text) => text === scope || rules.isValid(text));
  });
  return [...new Set(granted)];
}

function mayHavePlain(scope: string, { kind, mayRefresh, ceiling }: ScopeRules): boolean {
  if (kind === 'system') return scope === INTROSPECT_SCOPE && ceiling.includes(scope);
  if (scope === 'offline_access' || scope === 'online_access') return mayRefresh;
  return PLAIN.has(scope);
}

function cut(scope: string, asked: ScopeParts, ceiling: readonly ScopeParts[]): string[] {
  const common = ceiling.map((limit) => commonScope(asked, limit)).filter((parts) => parts !== undefined);
  const texts = common.map((parts) => (isSame(parts, asked) ? scope : scopeText(parts)));
  // What is granted whole needs no parts of it beside.
  return texts.includes(scope) ? [scope] : texts;
}

function isSame(first: ScopeParts, second: ScopeParts): boolean {
  return first.type === second.type && first.actions === second.actions && first.query === second.query;
}
