import express, { type Router } from 'express';
import type { Session } from '../account.ts';
import { csrfField, notice } from '../pages/field.ts';
import { html, type Html } from '../pages/html.ts';
import { sendPage } from '../pages/layout.ts';
import { scopeLabel } from '../smart/scope-label.ts';
import { formOf, isGenuine, readForm } from './form.ts';
import { grantedApps, revokeClient, type GrantedApp } from './grants.ts';
import { AUTH_PATH, MANAGEMENT_ROUTE, type Addresses, type OAuthOptions } from './options.ts';

const PATH = AUTH_PATH + MANAGEMENT_ROUTE;

/** "My apps": who has access on the user's behalf, and taking it back. */
export function appsRoutes(options: OAuthOptions, addresses: Addresses): Router {
  const { db, signIn, now, onEvent } = options;
  const router = express.Router();
  router.get(MANAGEMENT_ROUTE, async (request, response) => {
    const session = await signIn.sessionOf(request);
    if (session === undefined) {
      response.redirect(303, signIn.signInUrl(PATH));
      return;
    }
    const body = appsPage(await grantedApps(db, session.account.id, now()), session, request.query.done !== undefined);
    sendPage(response, 200, { title: 'My apps', body, session });
  });
  router.post(MANAGEMENT_ROUTE, readForm, async (request, response) => {
    const session = await signIn.sessionOf(request);
    if (session === undefined) {
      response.redirect(303, signIn.signInUrl(PATH));
      return;
    }
    const form = formOf(request);
    if (!isGenuine(request, addresses, session, form)) {
      sendPage(response, 403, {
        title: 'This form cannot be taken',
        body: html`<p>It was not sent from a page of this server. <a href="${PATH}">Try again</a></p>`,
      });
      return;
    }
    const client = form.one('client') ?? '';
    await revokeClient(db, session.account.id, client);
    await onEvent({
      kind: 'revocation',
      outcome: 'success',
      at: now(),
      client,
      account: session.account.id,
      tenant: session.membership.tenant,
      fhirUser: session.membership.fhirUser,
      ip: options.ipOf(request),
    });
    response.redirect(303, `${PATH}?done`);
  });
  return router;
}

function appsPage(apps: readonly GrantedApp[], session: Session, isDone: boolean): Html {
  return html`${isDone && notice('Access was taken back. It ends within seconds.')}
  ${
    apps.length === 0
      ? html`<p>No app has access on your behalf.</p>`
      : apps.map(
          ({ client, name, since, scopes }) =>
            html`<section>
              <h2>${name}</h2>
              <p>Access since ${new Date(since).toISOString().slice(0, 10)}</p>
              <ul>
                ${scopes.map((scope) => html`<li>${scopeLabel(scope)}</li>`)}
              </ul>
              <form method="post" action="${PATH}">
                ${csrfField(session.csrfToken)}
                <input type="hidden" name="client" value="${client}" />
                <button>Take access back from ${name}</button>
              </form>
            </section>`,
        )
  }`;
}
