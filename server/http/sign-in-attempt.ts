/** Endpoints below `/auth` where nobody can try anything: for programs with long secrets, and for who is signed in. */
const OTHERS = new Set(['token', 'introspect', 'revoke', 'authorize', 'interaction', 'apps']);

/** Whether a request outside of the FHIR base may try a password, a code or a link: every POST below `/auth` but to those. */
export function isSignInAttempt(method: string, path: string): boolean {
  const [, first, second = ''] = path.toLowerCase().split('/');
  return method === 'POST' && first === 'auth' && !OTHERS.has(second);
}
