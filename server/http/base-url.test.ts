import type { IncomingMessage } from 'node:http';
import { readNetworks } from '../kernel/networks.ts';
import { createBaseUrl, createOpenBaseUrl } from './base-url.ts';
import { createForwarding } from './forwarding.ts';

const LOCAL = 'http://localhost:8080/fhir/R4';
const CLINIC = 'https://fhir.example.org/fhir/R4';

function request(headers: IncomingMessage['headers'], remoteAddress = '127.0.0.1'): IncomingMessage {
  return { headers, socket: { remoteAddress } } as unknown as IncomingMessage;
}

describe('without sign-in', () => {
  test.each(['localhost:8080', '127.0.0.1:9000', '[::1]:8080', 'LOCALHOST'])(
    'links follow the Host header %s',
    (host) => {
      const baseUrlOf = createOpenBaseUrl(LOCAL, false);
      expect(baseUrlOf(request({ host }))).toBe(`http://${host}/fhir/R4`);
      expect(baseUrlOf(request({}))).toBe(LOCAL);
    },
  );

  test('a configured base URL is served to every client', () => {
    const baseUrlOf = createOpenBaseUrl(CLINIC, true);
    expect(baseUrlOf(request({ host: 'localhost:8080' }))).toBe(CLINIC);
    expect(baseUrlOf(request({ host: 'fhir.example.org' }))).toBe(CLINIC);
  });

  test.each(['evil.example', 'localhost.evil.example:8080', '', 'a b', 'localhost:80:80'])(
    'the Host "%s" is not this server',
    (host) => {
      expect(() => createOpenBaseUrl(LOCAL, false)(request({ host }))).toThrow(/set BASE_URL/);
    },
  );

  test.each(['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'])(
    'what came through a proxy is refused, by %s',
    (name) => {
      const baseUrlOf = createOpenBaseUrl(LOCAL, false);
      baseUrlOf(request({ host: 'localhost' }));
      expect(() => baseUrlOf(request({ host: 'localhost', [name]: 'x' }))).toThrow(/AUTH=on, with TRUST_PROXY/);
    },
  );
});

describe('with sign-in', () => {
  const forwarding = createForwarding(readNetworks('127.0.0.1'));
  const forwarded = { host: 'evil.example', 'x-forwarded-host': 'clinic.example', 'x-forwarded-proto': 'https' };

  test('links start with the configured base URL', () => {
    expect(createBaseUrl(CLINIC, true, forwarding)(request(forwarded))).toBe(CLINIC);
  });

  test('or with the name that a trusted proxy is called by', () => {
    const baseUrlOf = createBaseUrl(LOCAL, false, forwarding);
    expect(baseUrlOf(request(forwarded))).toBe('https://clinic.example/fhir/R4');
    expect(baseUrlOf(request(forwarded, '203.0.113.7'))).toBe(LOCAL);
    expect(baseUrlOf(request({ host: 'evil.example' }))).toBe(LOCAL);
  });
});
