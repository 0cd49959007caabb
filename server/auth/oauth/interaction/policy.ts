import { interactionPolicy as policy, type Interaction, type KoaContextWithOIDC } from 'oidc-provider';

const { Check, Prompt } = policy;

/**
 * Each authorization passes by the user: who they are is our sessions' business (interaction.ts), and so is whether a
 * consent of before still covers it.
 */
export function interactionPolicy(): policy.Prompt[] {
  return [
    new Prompt({ name: 'login', requestable: true }),
    new Prompt(
      { name: 'consent', requestable: true },
      new Check(
        'user_decides',
        'the user has to sign in and to agree',
        'interaction_required',
        ({ oidc }) => oidc.result?.consent === undefined,
      ),
    ),
  ];
}

export function interactionUrl(_ctx: KoaContextWithOIDC, { uid }: Interaction): string {
  return interactionPath(uid);
}

export function interactionPath(uid: string): string {
  return `/auth/interaction/${uid}`;
}
