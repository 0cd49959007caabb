import type { KoaContextWithOIDC } from 'oidc-provider';

/** Which of its endpoints the library took a request for; empty: for none, then the context is not one of its own. */
export function routeOf(ctx: KoaContextWithOIDC): string {
  return (ctx as { readonly oidc?: { readonly route: string } }).oidc?.route ?? '';
}
