import type { Reply } from './ask.ts';

export const observation = (id: string, patient: string, more: object = {}): object => ({
  resourceType: 'Observation',
  ...(id === '' ? {} : { id }),
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
  subject: { reference: `Patient/${patient}` },
  ...more,
});
export const patient = (id: string): object => ({
  resourceType: 'Patient',
  id,
  identifier: [{ system: 'urn:mrn', value: id }],
});

/** What the answers have in common once they do not name what was asked about, nor when it was. */
export function anonymous({ status, headers, text }: Reply, ...names: string[]): object {
  const neutral = (value: string): string =>
    names
      .reduce((left, name) => left.replaceAll(name, 'it'), value)
      .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'new')
      .replace(/[0-9]{4}-[0-9-]{5}T[0-9:.]+Z/g, 'now')
      .replace(/[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT/g, 'now');
  return {
    status,
    headers: Object.entries(headers).map(([name, value]) => `${name}: ${neutral(value)}`),
    text: neutral(text),
  };
}

export const entry = (method: string, url: string, resource?: object, more: object = {}): object => ({
  ...(resource === undefined ? {} : { resource }),
  request: { method, url, ...more },
});
export const bundle = (type: string, ...entries: object[]): object => ({
  resourceType: 'Bundle',
  type,
  entry: entries,
});
export const binary = (body: object): object => ({
  resourceType: 'Binary',
  contentType: 'application/json-patch+json',
  data: Buffer.from(JSON.stringify(body)).toString('base64'),
});

export const JSON_PATCH = { 'content-type': 'application/json-patch+json' };

export const META = { resourceType: 'Parameters', parameter: [{ name: 'meta', valueMeta: { tag: [{ code: 'x' }] } }] };
