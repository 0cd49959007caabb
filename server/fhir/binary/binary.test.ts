import type { FhirHeaders, FhirRequest } from '../request.ts';
import { binaryFromRaw } from './from-raw.ts';
import { rawFromBinary } from './to-raw.ts';

function request(headers: Partial<FhirHeaders>, rest: Partial<FhirRequest> = {}): FhirRequest {
  return { method: 'POST', path: ['Binary'], query: '', headers: { prefer: {}, accept: [], ...headers }, ...rest };
}

function type(contentType: string): Partial<FhirHeaders> {
  return { contentType, contentTypeHeader: contentType };
}

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x00, 0xff]);

describe('binaryFromRaw', () => {
  test('keeps content type, bytes, id and security context', () => {
    const raw = request({ ...type('image/png'), securityContext: 'Patient/1' }, { bytes: PNG });
    expect(binaryFromRaw(raw, 'b1')).toEqual({
      resourceType: 'Binary',
      id: 'b1',
      contentType: 'image/png',
      securityContext: { reference: 'Patient/1' },
      data: 'iVBORwD/',
    });
  });

  test('keeps the parameters of the content type', () => {
    const headers = { contentType: 'text/plain', contentTypeHeader: 'text/plain;  charset=iso-8859-1' };
    expect(binaryFromRaw(request(headers, { bytes: PNG }))?.contentType).toBe('text/plain; charset=iso-8859-1');
  });

  test('takes bytes without a content type as such', () => {
    expect(binaryFromRaw(request({}, { bytes: PNG }))?.contentType).toBe('application/octet-stream');
  });

  test('takes a resource of another type as content', () => {
    const bytes = Buffer.from('{"resourceType":"Patient"}');
    const raw = request(type('application/fhir+json'), { bytes, body: { resourceType: 'Patient' } });
    expect(binaryFromRaw(raw)).toEqual({
      resourceType: 'Binary',
      contentType: 'application/fhir+json',
      data: bytes.toString('base64'),
    });
  });

  test.each<[string, FhirRequest]>([
    [
      'a Binary resource',
      request({ contentType: 'application/fhir+json' }, { bytes: PNG, body: { resourceType: 'Binary' } }),
    ],
    ['another type in the URL', request({ contentType: 'image/png' }, { path: ['Patient'], bytes: PNG })],
    ['a request without a body', request({ contentType: 'image/png' })],
  ])('leaves %s alone', (_name, given) => {
    expect(binaryFromRaw(given)).toBeUndefined();
  });
});

describe('rawFromBinary', () => {
  const png = JSON.stringify({ resourceType: 'Binary', contentType: 'image/png', data: PNG.toString('base64') });
  const json = JSON.stringify({ resourceType: 'Binary', contentType: 'application/json', data: 'e30=' });

  test.each<[string, readonly string[], string]>([
    ['no Accept', [], png],
    ['*/*', ['*/*'], png],
    ['its own type', ['image/png'], png],
    ['its family', ['image/*'], png],
    ['a browser', ['text/html', 'application/xhtml+xml', '*/*'], png],
    ['another type', ['application/pdf'], png],
    ['JSON content as JSON', ['application/json'], json],
  ])('gives the content for %s', (_name, accept, text) => {
    expect(rawFromBinary(request({ accept }), text)).toEqual({
      bytes: text === png ? PNG : Buffer.from('{}'),
      contentType: text === png ? 'image/png' : 'application/json',
    });
  });

  test.each<[string, readonly string[], string]>([
    ['FHIR JSON', ['application/fhir+json'], ''],
    ['FHIR XML', ['application/fhir+xml', '*/*'], ''],
    ['FHIR after something else', ['application/pdf', 'application/fhir+json'], ''],
    ['JSON when the content is not JSON', ['application/json'], ''],
    ['_format', ['*/*'], '_format=json'],
  ])('leaves the resource for %s', (_name, accept, query) => {
    expect(rawFromBinary(request({ accept }, { query }), png)).toBeUndefined();
  });

  test.each(['text/html\r\nSet-Cookie: a=b', 'nonsense', 'text/plain; name="é"', ''])(
    'answers octets when the stored type %j cannot be a header',
    (contentType) => {
      const text = JSON.stringify({ resourceType: 'Binary', contentType, data: 'AA==' });
      expect(rawFromBinary(request({}), text)).toEqual({
        bytes: Buffer.from([0]),
        contentType: 'application/octet-stream',
      });
    },
  );

  test('gives nothing where the Binary holds nothing', () => {
    expect(rawFromBinary(request({}), '{"resourceType":"Binary","contentType":"text/plain"}')?.bytes).toHaveLength(0);
  });
});
