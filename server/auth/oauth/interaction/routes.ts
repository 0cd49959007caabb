import express, { type Request as HttpRequest, type Response as HttpResponse, type Router } from 'express';
import { errors } from 'oidc-provider';
import { html } from '../../pages/html.ts';
import { sendPage } from '../../pages/layout.ts';
import { readClient } from '../clients/client-store.ts';
import { formOf, isGenuine, readForm, type Form } from '../form.ts';
import { choose, finish, refuse } from './decide.ts';
import { chosenScopes } from './consent-page.ts';
import { interactionPath } from './policy.ts';
import { show } from './show.ts';
import { nextStep, type Step } from './step.ts';
import { chosenOf, type InteractionContext, type Visit } from './visit.ts';

/** The user's part of an authorization: below `/auth`. */
export function interactionRoutes(context: InteractionContext): Router {
  const router = express.Router();
  router.get('/interaction/:uid', async (request, response) => {
    const visit = await open(context, request, response);
    if (visit !== undefined) await show(visit, await stepOf(visit), {});
  });
  router.post('/interaction/:uid', readForm, async (request, response) => {
    const visit = await open(context, request, response);
    if (visit !== undefined) await submit(visit, formOf(request));
  });
  return router;
}

async function open(
  context: InteractionContext,
  request: HttpRequest,
  response: HttpResponse,
): Promise<Visit | undefined> {
  const provider = await context.provider();
  try {
    const interaction = await provider.interactionDetails(request, response);
    // The cookie is bound to the path; a cookie of one authorization says nothing of another one.
    if (interaction.uid === request.params.uid) return { context, provider, interaction, request, response };
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) throw error;
  }
  sendPage(response, 400, {
    title: 'This request has ended',
    body: html`<p>It took too long, or was answered already. Go back to the app and start again.</p>`,
  });
  return undefined;
}

async function stepOf({ context: { options }, interaction, request }: Visit): Promise<Step> {
  const { params, iat, uid } = interaction;
  const session = await options.signIn.sessionOf(request);
  const stored = await readClient(options.db, String(params.client_id));
  const pending = { uid, params, since: iat, chosen: chosenOf(interaction) };
  return await nextStep(options, pending, session, stored?.client);
}

async function submit(visit: Visit, form: Form): Promise<void> {
  const { context, request, response, interaction } = visit;
  const step = await stepOf(visit);
  if (step.kind === 'sign-in' || step.kind === 'refuse') {
    await show(visit, step, {});
    return;
  }
  if (!isGenuine(request, context.addresses, step.session, form)) {
    sendPage(response, 403, {
      title: 'This form cannot be taken',
      body: html`<p>It was not sent from a page of this server, or you signed in anew since.</p>
        <p><a href="${interactionPath(interaction.uid)}">Try again</a></p>`,
    });
    return;
  }
  if (form.one('decision') === 'deny') {
    await refuse(visit, 'access_denied', 'the user refused', step.session);
    return;
  }
  switch (step.kind) {
    case 'pick-patient': {
      const id = form.one('patient');
      const patient = id === undefined ? undefined : await context.options.pickers.findPatient(step.session, id);
      if (patient === undefined) {
        await show(visit, step, { text: form.one('text') ?? '' });
        return;
      }
      await choose(visit, step.session, { patient: patient.id });
      return;
    }
    case 'pick-encounter': {
      const id = form.one('encounter') ?? '';
      const choices = await context.options.pickers.findEncounters(step.session, step.patient);
      if (id !== '' && !choices.some((choice) => choice.id === id)) {
        await show(visit, step, {});
        return;
      }
      await choose(visit, step.session, { encounter: id });
      return;
    }
    case 'ask': {
      const scopes = chosenScopes(step.asked, form.all('scope'));
      if (form.one('decision') === 'allow' && scopes.length > 0) {
        await finish(visit, step, scopes);
        return;
      }
      await show(visit, step, { problem: 'Nothing is ticked. Tick what the app shall have, or refuse.' });
      return;
    }
    case 'grant': {
      await finish(visit, step, step.scopes);
      return;
    }
  }
}
