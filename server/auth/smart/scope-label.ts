import { scopeParts, type ScopeParts } from './scope-parts.ts';

const PLAIN: Readonly<Record<string, string>> = {
  openid: 'Know who you are',
  fhirUser: 'See your own entry in the clinic’s records',
  profile: 'See your own entry in the clinic’s records',
  launch: 'Know which patient and visit you are working with',
  'launch/patient': 'Know which patient you choose',
  'launch/encounter': 'Know which visit you choose',
  offline_access: 'Keep access when you are not there, until you take it back',
  online_access: 'Keep access while you are signed in',
};

const VERBS: Readonly<Record<string, string>> = { c: 'add', r: 'read', u: 'change', d: 'delete', s: 'find' };

const WHOSE: Readonly<Record<ScopeParts['context'], string>> = {
  patient: 'of the one patient',
  user: 'that you may see yourself',
  system: 'of the clinic',
};

/** What a scope means, for people. */
export function scopeLabel(scope: string): string {
  const parts = scopeParts(scope);
  if (parts === undefined) return PLAIN[scope] ?? scope;
  const verbs = [...parts.actions].map((letter) => VERBS[letter] ?? letter).join(', ');
  const what = parts.type === '*' ? 'all data' : spaced(parts.type);
  const limit = parts.query === undefined ? '' : `, only those with ${decoded(parts.query)}`;
  return `${verbs.charAt(0).toUpperCase()}${verbs.slice(1)}: ${what} ${WHOSE[parts.context]}${limit}`;
}

function spaced(type: string): string {
  return type.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}

function decoded(query: string): string {
  try {
    return decodeURIComponent(query);
  } catch {
    return query;
  }
}
