import type { Request as HttpRequest, Response as HttpResponse } from 'express';
import type { Interaction, Provider } from 'oidc-provider';
import type { Addresses, OAuthOptions } from '../options.ts';
import type { Chosen } from './step.ts';

export interface InteractionContext {
  readonly options: OAuthOptions;
  readonly addresses: Addresses;
  provider(): Promise<Provider>;
}

/** A request of the user's browser about an authorization that waits for them. */
export interface Visit {
  readonly context: InteractionContext;
  readonly provider: Provider;
  readonly interaction: Interaction;
  readonly request: HttpRequest;
  readonly response: HttpResponse;
}

export function chosenOf({ result }: Interaction): Chosen {
  return (result?.chosen as Chosen | undefined) ?? {};
}
