import { decodeJwt } from 'jose';
import type { JsonObject } from '../../../kernel/json.ts';
import type { Session } from '../../account.ts';
import { grantable } from '../../smart/grantable.ts';
import { readLaunch } from '../../smart/launches.ts';
import { scopeParts } from '../../smart/scope-parts.ts';
import type { Client } from '../clients/client.ts';
import { rememberedConsent } from '../consents.ts';
import { MFA_ACR } from '../acr.ts';
import type { OAuthOptions } from '../options.ts';
import { interactionPath } from './policy.ts';

/** An authorization request that waits for its user. */
export interface Pending {
  readonly uid: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Seconds. */
  readonly since: number;
  /** What the user chose so far. */
  readonly chosen: Chosen;
}

export interface Chosen {
  /** Whose choice it is; somebody else may not see that patient. */
  readonly account?: string;
  readonly patient?: string;
  /** Empty: none of them. */
  readonly encounter?: string;
}

/** What has to happen next. */
export type Step =
  | { readonly kind: 'sign-in'; readonly url: string }
  | { readonly kind: 'refuse'; readonly error: string; readonly text: string }
  | { readonly kind: 'pick-patient'; readonly session: Session; readonly client: Client }
  | { readonly kind: 'pick-encounter'; readonly session: Session; readonly client: Client; readonly patient: string }
  | ({ readonly kind: 'ask' } & Request)
  | ({ readonly kind: 'grant'; readonly scopes: readonly string[] } & Request);

export interface Request {
  readonly session: Session;
  readonly client: Client;
  /** What the client may have of what it asks for. */
  readonly asked: readonly string[];
  readonly context: JsonObject;
}

/** Finds out what an authorization request still needs: sign-in, a patient, a consent, or nothing. */
export async function nextStep(
  options: OAuthOptions,
  pending: Pending,
  session: Session | undefined,
  client: Client | undefined,
): Promise<Step> {
  const proof = proofNeeded(pending, session, options.now());
  if (proof !== undefined || session === undefined) {
    return { kind: 'sign-in', url: options.signIn.signInUrl(interactionPath(pending.uid), proof) };
  }
  if (client === undefined) return refuse('invalid_client', 'the client was removed');
  const { params } = pending;
  const chosen = pending.chosen.account === session.account.id ? pending.chosen : {};
  if (hintsAtAnother(params.id_token_hint, session)) {
    return refuse('login_required', 'somebody else is signed in than id_token_hint says');
  }
  const { tenant } = session.membership;
  if (client.tenants !== undefined && !client.tenants.includes(tenant)) {
    return refuse('access_denied', 'the client does not serve the organization that the user is signed in to');
  }
  let asked = grantable(String(params.scope ?? '').split(' '), {
    ceiling: client.scopes,
    mayRefresh: client.mayRefresh,
    kind: 'user',
    isValid: options.isScope,
  });
  const launched = await launchOf(options, params.launch, session, client);
  if (launched === 'unknown') {
    return refuse('invalid_request', 'launch is unknown, was used, has expired, or is for another user or client');
  }
  if (launched === undefined) asked = asked.filter((scope) => scope !== 'launch');
  if (asked.length === 0) return refuse('invalid_scope', 'none of the scopes can be granted to this client');

  const context: JsonObject = { ...launched };
  const needsPatient = asked.some((scope) => scope === 'launch/patient' || scopeParts(scope)?.context === 'patient');
  if (needsPatient && context.patient === undefined) {
    const patient = ownRecord(session) ?? chosen.patient;
    if (patient === undefined) return { kind: 'pick-patient', session, client };
    context.patient = patient;
  }
  if (asked.includes('launch/encounter') && context.encounter === undefined && typeof context.patient === 'string') {
    if (chosen.encounter === undefined) return { kind: 'pick-encounter', session, client, patient: context.patient };
    if (chosen.encounter !== '') context.encounter = chosen.encounter;
  }
  const request = { session, client, asked, context: { ...context, tenant: String(tenant) } };
  const scopes = await remembered(options, pending, request);
  return scopes === undefined ? { kind: 'ask', ...request } : { kind: 'grant', scopes, ...request };
}

/** How the user has to prove themself beyond the session they have; undefined: not at all. */
function proofNeeded(
  { params, since }: Pending,
  session: Session | undefined,
  now: number,
): { readonly again?: boolean; readonly secondFactor?: boolean } | undefined {
  if (session === undefined) return {};
  const prompts = String(params.prompt ?? '').split(' ');
  if (prompts.includes('login') && session.signedIn < since * 1000) return { again: true };
  const maxAge = params.max_age === undefined ? Infinity : Number(params.max_age) * 1000;
  // Signing in for this very request is recent enough, however small max_age is.
  if (session.signedIn < since * 1000 && now - session.signedIn > maxAge) return { again: true };
  if (
    !String(params.acr_values ?? '')
      .split(' ')
      .includes(MFA_ACR)
  )
    return undefined;
  const factor = session.secondFactor ?? 0;
  return factor > 0 && (factor >= since * 1000 || now - factor <= maxAge) ? undefined : { secondFactor: true };
}

/** The library has verified the hint already. */
function hintsAtAnother(hint: unknown, { account }: Session): boolean {
  return typeof hint === 'string' && decodeJwt(hint).sub !== account.id;
}

async function launchOf(
  { db, now }: OAuthOptions,
  handle: unknown,
  { account, membership }: Session,
  client: Client,
): Promise<JsonObject | 'unknown' | undefined> {
  if (typeof handle !== 'string') return undefined;
  const owner = { client: client.id, account: account.id, tenant: membership.tenant };
  return (await readLaunch(db, handle, owner, now())) ?? 'unknown';
}

/** A patient has one record to choose from: their own. */
function ownRecord({ membership }: Session): string | undefined {
  return /^Patient\/(.+)$/.exec(membership.fhirUser)?.[1];
}

/** A consent of before, unless the client wants to hear it again, or could be any program of this machine. */
async function remembered(
  { db }: OAuthOptions,
  { params }: Pending,
  { session, client, asked }: Request,
): Promise<readonly string[] | undefined> {
  const isProven = client.auth !== 'none' || String(params.redirect_uri ?? '').startsWith('https:');
  if (params.remembered !== '1' || !isProven) return undefined;
  const key = { account: session.account.id, tenant: session.membership.tenant, client: client.id };
  return await rememberedConsent(db, key, asked);
}

function refuse(error: string, text: string): Step {
  return { kind: 'refuse', error, text };
}
