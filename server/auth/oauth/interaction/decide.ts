import type { Session } from '../../account.ts';
import { complete } from './complete.ts';
import { interactionPath } from './policy.ts';
import type { Chosen, Request } from './step.ts';
import { chosenOf, type Visit } from './visit.ts';

/** Notes a choice and goes on by GET, so that going back in the browser sends nothing again. */
export async function choose({ interaction, response }: Visit, { account }: Session, choice: Chosen): Promise<void> {
  const before = chosenOf(interaction);
  const kept = before.account === account.id ? before : {};
  interaction.result = { chosen: { ...kept, account: account.id, ...choice } };
  await interaction.persist();
  response.redirect(303, interactionPath(interaction.uid));
}

/** Grants what the user, or an earlier consent of theirs, agreed to, and sends the browser on to the app. */
export async function finish(visit: Visit, step: Request, scopes: readonly string[]): Promise<void> {
  const { context, provider, interaction, request, response } = visit;
  const { options, addresses } = context;
  const result = await complete(options, addresses, provider, interaction, { ...step, scopes });
  if (result === undefined) {
    await refuse(visit, 'invalid_request', 'launch was used already', step.session);
    return;
  }
  const { patient } = step.context;
  await options.onEvent({
    ...eventOf(visit, step.session),
    outcome: 'success',
    scopes,
    ...(typeof patient === 'string' ? { patient } : {}),
  });
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

/** Sends the browser on to the app with an error. */
export async function refuse(visit: Visit, error: string, text: string, session?: Session): Promise<void> {
  const { context, provider, request, response } = visit;
  await context.options.onEvent({ ...eventOf(visit, session), outcome: 'failure', detail: `${error}: ${text}` });
  await provider.interactionFinished(
    request,
    response,
    { error, error_description: text },
    { mergeWithLastSubmission: false },
  );
}

function eventOf({ context, interaction, request }: Visit, session: Session | undefined) {
  return {
    kind: 'authorization',
    at: context.options.now(),
    client: String(interaction.params.client_id),
    ...(session === undefined
      ? {}
      : { account: session.account.id, tenant: session.membership.tenant, fhirUser: session.membership.fhirUser }),
    ip: context.options.ipOf(request),
  } as const;
}
