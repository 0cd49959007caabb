import type { ModuleContext } from '#sdk';

/**
 * A signature as a detached JSON Web Signature whose payload is not encoded, with EdDSA by the server's key.
 * https://www.rfc-editor.org/rfc/rfc7515#appendix-F, https://www.rfc-editor.org/rfc/rfc7797, https://www.rfc-editor.org/rfc/rfc8037
 */
export function detachedJws(context: Pick<ModuleContext, 'sign'>, payload: string): string {
  // Who holds the key is known before the text is signed only by signing something: the header is part of what is signed.
  const { keyId } = context.sign('');
  const header = encoded({ alg: 'EdDSA', kid: keyId, b64: false, crit: ['b64'] });
  const { value } = context.sign(`${header}.${payload}`);
  return `${header}..${Buffer.from(value, 'base64').toString('base64url')}`;
}

/** Whether this server made the signature over the payload. */
export function isDetachedJws(context: Pick<ModuleContext, 'isSigned'>, jws: string, payload: string): boolean {
  const [header = '', between, signature = '', ...more] = jws.split('.');
  if (between !== '' || more.length > 0) return false;
  return context.isSigned(`${header}.${payload}`, Buffer.from(signature, 'base64url').toString('base64'));
}

function encoded(header: object): string {
  return Buffer.from(JSON.stringify(header)).toString('base64url');
}
