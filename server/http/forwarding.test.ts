import type { IncomingMessage } from 'node:http';
import { readNetworks } from '../kernel/networks.ts';
import { createForwarding } from './forwarding.ts';

const { addressOf, originOf } = createForwarding(readNetworks('127.0.0.1,10.0.0.0/8'));

/** The parts of a request that tell where it comes from. */
function from(remoteAddress: string | undefined, headers: Record<string, string | string[]> = {}): IncomingMessage {
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

test.each([
  ['127.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['::ffff:127.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['127.0.0.1', '198.51.100.1, 203.0.113.9', '203.0.113.9'],
  ['127.0.0.1', '198.51.100.1, 203.0.113.9, 10.0.0.3', '203.0.113.9'],
  ['127.0.0.1', '203.0.113.9:4711', '203.0.113.9'],
  ['127.0.0.1', '[2001:db8::1]:4711', '2001:db8::1'],
  ['127.0.0.1', '203.0.113.9, nonsense', '127.0.0.1'],
  ['127.0.0.1', 'nonsense, 203.0.113.9', '203.0.113.9'],
  ['127.0.0.1', '', '127.0.0.1'],
  ['203.0.113.7', '10.0.0.1', '203.0.113.7'],
  ['203.0.113.7', '127.0.0.1, 127.0.0.1', '203.0.113.7'],
])('a request by %s for "%s" counts for %s', (peer, header, address) => {
  expect(addressOf(from(peer, { 'x-forwarded-for': header }))).toBe(address);
});

test('without a trusted proxy nobody is believed', () => {
  const nobody = createForwarding(undefined);
  const incoming = from('127.0.0.1', { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-host': 'evil.example' });
  expect([nobody.addressOf(incoming), nobody.originOf(incoming)]).toEqual(['127.0.0.1', undefined]);
  expect(nobody.addressOf(from(undefined))).toBe('unknown');
});

test.each([
  ['127.0.0.1', 'Clinic.Example', 'https', 'https://clinic.example'],
  ['127.0.0.1', 'clinic.example:8443', 'https', 'https://clinic.example:8443'],
  ['127.0.0.1', 'evil.example, clinic.example', 'http, https', 'https://clinic.example'],
  ['127.0.0.1', '[2001:db8::1]:8443', 'https', 'https://[2001:db8::1]:8443'],
  ['127.0.0.1', 'clinic.example/evil', 'https', undefined],
  ['127.0.0.1', 'clinic.example@evil', 'https', undefined],
  ['127.0.0.1', 'clinic.example', 'javascript', undefined],
  ['127.0.0.1', '', 'https', undefined],
  ['203.0.113.7', 'clinic.example', 'https', undefined],
])('%s says that the host is "%s" by %s', (peer, host, scheme, origin) => {
  expect(originOf(from(peer, { 'x-forwarded-host': host, 'x-forwarded-proto': scheme }))).toBe(origin);
});

test('a header of thousands of hops is read from its end only', () => {
  const incoming = from('127.0.0.1', { 'x-forwarded-for': '10.0.0.1,'.repeat(25_000) + '10.0.0.2' });
  const started = performance.now();
  expect(addressOf(incoming)).toBe('10.0.0.1');
  expect(performance.now() - started).toBeLessThan(100);
});
