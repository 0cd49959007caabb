import { fhirHeaders } from './fhir-headers.ts';

test.each([
  [{ 'if-match': 'W/"3"' }, { ifMatch: '3' }],
  [{ 'if-match': '"3"' }, { ifMatch: '3' }],
  [{ 'if-match': '3' }, { ifMatch: '3' }],
  [{ 'if-none-match': '*' }, { ifNoneMatch: '*' }],
  [{ 'if-none-exist': '?identifier=a|b' }, { ifNoneExist: 'identifier=a|b' }],
  [{ 'if-none-exist': 'http://localhost/fhir/R4/Patient?identifier=a' }, { ifNoneExist: 'identifier=a' }],
  [{ 'if-modified-since': 'Wed, 25 Nov 2026 09:00:00 GMT' }, { ifModifiedSince: 'Wed, 25 Nov 2026 09:00:00 GMT' }],
  [{ prefer: 'return=minimal' }, { prefer: { return: 'minimal' } }],
  [
    { prefer: 'handling=strict; return="OperationOutcome"' },
    { prefer: { handling: 'strict', return: 'OperationOutcome' } },
  ],
  [{ prefer: 'respond-async, return=everything' }, { prefer: { respondAsync: true } }],
  [
    { 'idempotency-key': 'k1', 'x-security-context': 'Patient/1' },
    { idempotencyKey: 'k1', securityContext: 'Patient/1' },
  ],
])('%j', (headers, expected) => {
  expect(fhirHeaders(headers, [], undefined)).toEqual({ prefer: {}, accept: [], ...expected });
});

test.each(['W/"abc"', '"1", "2"', '-1', '""', 'W/"99999999999"'])('If-Match: %s is refused', (etag) => {
  expect(() => fhirHeaders({ 'if-match': etag }, [], undefined)).toThrow(/If-Match takes the ETag of one version/);
});
