/** What the gateway tells its viewer. */
export interface Settings {
  /** Null: the FHIR server asks nobody to sign in. */
  readonly signIn: SignInSettings | null;
  /** Under which a sign-in comes back. */
  readonly origin: string;
}

/** Of the FHIR server's authorization server. https://hl7.org/fhir/smart-app-launch/conformance.html */
export interface SignInSettings {
  readonly issuer: string;
  readonly authorization: string;
  readonly token: string;
  /** As it is known to browsers. */
  readonly fhirBase: string;
}

/** @throws Error in words for the reader */
export async function readSettings(): Promise<Settings> {
  const answer = await fetch('settings.json');
  if (!answer.ok) throw new Error('The server does not answer now. Please try again.');
  return (await answer.json()) as Settings;
}
