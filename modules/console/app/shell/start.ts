import { returnFromSignIn } from '../sign-in/authorize.ts';
import { FHIR_BASE } from '../sign-in/client.ts';
import { findEndpoints, type Endpoints } from '../sign-in/endpoints.ts';
import type { Tokens } from '../sign-in/tokens.ts';

/** How the console begins. */
export type Start =
  | { readonly kind: 'without-sign-in' }
  | { readonly kind: 'signed-out'; readonly endpoints: Endpoints; readonly problem?: string }
  | { readonly kind: 'signed-in'; readonly endpoints: Endpoints; readonly tokens: Tokens };

let started: Promise<Start> | undefined;

/** Finds out, once for this load of the page: the code that a sign-in comes back with serves once. */
export function start(): Promise<Start> {
  started ??= begin();
  return started;
}

async function begin(): Promise<Start> {
  const endpoints = await findEndpoints(FHIR_BASE);
  if (endpoints === undefined) return { kind: 'without-sign-in' };
  // 127.0.0.1 and localhost are two origins; what is signed in to is known under one.
  const { origin } = new URL(endpoints.issuer);
  if (origin !== location.origin) {
    location.replace(origin + location.pathname);
    return new Promise(() => undefined);
  }
  try {
    const back = await returnFromSignIn(endpoints);
    if (back === undefined) return { kind: 'signed-out', endpoints };
    return { kind: 'signed-in', endpoints, tokens: back.tokens };
  } catch (error) {
    return { kind: 'signed-out', endpoints, problem: error instanceof Error ? error.message : String(error) };
  }
}
