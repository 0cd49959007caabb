/** The console as a client of the authorization server: it is called like the folder that it is handed out from. */
export const CLIENT_ID = import.meta.env.BASE_URL.replaceAll('/', '');
export const REDIRECT_URI = `${location.origin}${import.meta.env.BASE_URL}`;
export const FHIR_BASE = `${location.origin}/fhir/R4`;
export const SCOPE = 'openid fhirUser online_access user/*.cruds';
