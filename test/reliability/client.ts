/** An answer, or the lack of one: a write without an answer may or may not have happened. */
export interface Answer {
  /** 0 when the connection broke. */
  readonly status: number;
  readonly body: Resource;
  readonly text: string;
}

/** As much of FHIR JSON as these tests look at. */
export interface Resource {
  readonly resourceType?: string;
  readonly id?: string;
  readonly meta?: { readonly versionId?: string; readonly lastUpdated?: string };
  readonly identifier?: readonly { readonly system?: string; readonly value?: string }[];
  readonly multipleBirthInteger?: number;
  readonly total?: number;
  readonly link?: readonly { readonly relation: string; readonly url: string }[];
  readonly entry?: readonly {
    readonly resource?: Resource;
    readonly response?: { readonly status?: string; readonly location?: string };
  }[];
}

export type Client = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer>;

const TIMEOUT = 30_000;

/** @param base FHIR base without a slash at the end */
export function createClient(base: string): Client {
  return async (method, path, body, headers = {}) => {
    try {
      const url = path.startsWith('http') ? path : path === '' ? base : `${base}/${path}`;
      const response = await fetch(url, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT),
      });
      const text = await response.text();
      return { status: response.status, text, body: text === '' ? {} : (JSON.parse(text) as Resource) };
    } catch {
      return { status: 0, text: '', body: {} };
    }
  };
}
