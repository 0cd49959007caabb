import type { Interaction, InteractionResults, Provider } from 'oidc-provider';
import { scopeParts } from '../../smart/scope-parts.ts';
import { consumeLaunch } from '../../smart/launches.ts';
import { MFA_ACR } from '../acr.ts';
import { rememberConsent } from '../consents.ts';
import { insertGrant } from '../grants.ts';
import { STYLE_ROUTE, type Addresses, type OAuthOptions } from '../options.ts';
import type { Request } from './step.ts';

/**
 * Makes the grant that codes and tokens stand on, and notes in the authorization request what was granted of it.
 * @returns what the library goes on with; undefined when the launch was used meanwhile
 */
export async function complete(
  { db, now }: OAuthOptions,
  { fhirBase, issuer }: Addresses,
  provider: Provider,
  interaction: Interaction,
  { session, client, asked, context, scopes }: Request & { readonly scopes: readonly string[] },
): Promise<InteractionResults | undefined> {
  const { account, membership, methods, signedIn, secondFactor } = session;
  const { launch } = interaction.params;
  if (typeof launch === 'string' && !(await consumeLaunch(db, launch))) return undefined;

  const grant = new provider.Grant({ accountId: account.id, clientId: client.id });
  grant.addOIDCScope(scopes.filter((scope) => scopeParts(scope) === undefined).join(' '));
  grant.addResourceScope(fhirBase, scopes.join(' '));
  const grantId = await grant.save();
  const ofUser = scopes.includes('fhirUser') || scopes.includes('profile');
  await insertGrant(db, {
    id: grantId,
    client: client.id,
    account: account.id,
    tenant: membership.tenant,
    fhirUser: membership.fhirUser,
    scopes,
    context: {
      ...(context.patient === undefined ? {} : { need_patient_banner: true, smart_style_url: issuer + STYLE_ROUTE }),
      ...context,
      ...(ofUser ? { fhirUser: `${fhirBase}/${membership.fhirUser}` } : {}),
    },
    session: scopes.includes('offline_access') ? undefined : session.id,
    signedIn,
    secondFactor,
    created: now(),
  });
  await rememberConsent(
    db,
    { account: account.id, tenant: membership.tenant, client: client.id },
    { requested: asked, granted: scopes },
  );
  // Parts of a scope may be granted that were not asked for by these words.
  interaction.params.scope = scopes.join(' ');
  await interaction.persist();
  return {
    login: {
      accountId: account.id,
      ts: Math.floor(signedIn / 1000),
      amr: [...methods],
      ...(secondFactor === undefined ? {} : { acr: MFA_ACR }),
      remember: false,
    },
    consent: { grantId },
  };
}
