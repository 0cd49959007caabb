import { sendPage } from '../../pages/layout.ts';
import type { OAuthOptions } from '../options.ts';
import { consentPage } from './consent-page.ts';
import { finish, refuse } from './decide.ts';
import { encounterPage, patientPage } from './picker-pages.ts';
import { interactionPath } from './policy.ts';
import type { Request, Step } from './step.ts';
import type { Visit } from './visit.ts';

interface Shown {
  /** What the user searched for. */
  readonly text?: string;
  readonly problem?: string;
}

/** The page that a step asks by, or what it leads to without one. */
export async function show(visit: Visit, step: Step, { text = '', problem }: Shown): Promise<void> {
  const { context, response, interaction } = visit;
  const { pickers } = context.options;
  const action = interactionPath(interaction.uid);
  switch (step.kind) {
    case 'sign-in': {
      response.redirect(303, step.url);
      return;
    }
    case 'refuse': {
      await refuse(visit, step.error, step.text);
      return;
    }
    case 'pick-patient': {
      const { session, client } = step;
      const choices = await pickers.findPatients(session, text);
      const body = patientPage({ action, session, client, choices, text });
      sendPage(response, 200, { title: 'Which patient?', body, session }, { leadsOut: true });
      return;
    }
    case 'pick-encounter': {
      const { session, client } = step;
      const choices = await pickers.findEncounters(session, step.patient);
      const body = encounterPage({ action, session, client, choices });
      sendPage(response, 200, { title: 'Which visit?', body, session }, { leadsOut: true });
      return;
    }
    case 'ask': {
      const { session, client, asked } = step;
      const patient = await patientName(context.options, step);
      const body = consentPage({
        action,
        session,
        client,
        asked,
        patient,
        ...(problem === undefined ? {} : { problem }),
      });
      const status = problem === undefined ? 200 : 422;
      sendPage(response, status, { title: 'Allow access?', body, session }, { leadsOut: true });
      return;
    }
    case 'grant': {
      await finish(visit, step, step.scopes);
      return;
    }
  }
}

async function patientName({ pickers }: OAuthOptions, { session, context }: Request): Promise<string | undefined> {
  if (typeof context.patient !== 'string') return undefined;
  return (await pickers.findPatient(session, context.patient))?.text;
}
