import { isObject, JsonSyntaxError, parseJson } from '../../../server/kernel/json.ts';
import { Unreachable, type HttpCaller } from '../../client/http-call.ts';
import { HttpRefusal } from '../../http/http-refusal.ts';

/** Where browsers sign in; undefined: the FHIR server asks nobody to. */
export interface SignInSettings {
  readonly issuer: string;
  readonly authorization: string;
  readonly token: string;
  /** FHIR base as browsers know it. */
  readonly fhirBase: string;
}

/** How long what the server said holds, ms. */
const KEPT = 60_000;

/**
 * What the FHIR server says of its authorization server. https://hl7.org/fhir/smart-app-launch/conformance.html
 * @param fhirUrl as the gateway reaches it, without a slash at the end
 * @returns throws HttpRefusal 503 when the server does not say it
 */
export function createSignInSettings(
  fhirUrl: string,
  http: HttpCaller,
  now: () => number,
): () => Promise<SignInSettings | undefined> {
  let kept: { readonly settings: SignInSettings | undefined; readonly until: number } | undefined;
  return async () => {
    if (kept !== undefined && kept.until > now()) return kept.settings;
    const settings = await ask(fhirUrl, http);
    kept = { settings, until: now() + KEPT };
    return settings;
  };
}

async function ask(fhirUrl: string, http: HttpCaller): Promise<SignInSettings | undefined> {
  const unavailable = (): HttpRefusal => new HttpRefusal(503, 'transient', 'The FHIR server does not answer.');
  try {
    const url = new URL(`${fhirUrl}/.well-known/smart-configuration`);
    const { status, text } = await http.call({ url, method: 'GET', headers: { accept: 'application/json' } });
    if (status === 404) return undefined;
    const body = status === 200 ? parseJson(text) : undefined;
    if (!isObject(body)) throw unavailable();
    const { issuer, authorization_endpoint: authorization, token_endpoint: token } = body;
    if (typeof issuer !== 'string' || typeof authorization !== 'string' || typeof token !== 'string')
      throw unavailable();
    return { issuer, authorization, token, fhirBase: new URL(new URL(fhirUrl).pathname, issuer).href };
  } catch (error) {
    if (error instanceof Unreachable || error instanceof JsonSyntaxError) throw unavailable();
    throw error;
  }
}
