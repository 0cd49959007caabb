/** Of the server's authorization server. https://hl7.org/fhir/smart-app-launch/conformance.html */
export interface Endpoints {
  readonly issuer: string;
  readonly authorization: string;
  readonly token: string;
  readonly revocation: string;
}

interface Configuration {
  readonly issuer: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly revocation_endpoint: string;
}

/** Undefined when the server runs without sign-in, as developers do. @throws Error when it cannot be found out */
export async function findEndpoints(fhirBase: string): Promise<Endpoints | undefined> {
  const answer = await fetch(`${fhirBase}/.well-known/smart-configuration`);
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(`The server answered ${answer.status} when it was asked how to sign in.`);
  const found = (await answer.json()) as Configuration;
  return {
    issuer: found.issuer,
    authorization: found.authorization_endpoint,
    token: found.token_endpoint,
    revocation: found.revocation_endpoint,
  };
}
