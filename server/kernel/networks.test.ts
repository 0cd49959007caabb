import { plainAddress, readNetworks, senderOf } from './networks.ts';

test.each([
  ['10.0.0.0/8', '10.255.0.1', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['10.0.0.0/8', '::ffff:10.1.2.3', true],
  ['192.168.1.7', '192.168.1.7', true],
  ['192.168.1.7', '192.168.1.70', false],
  ['2001:db8::/32', '2001:db8:5::1', true],
  ['2001:db8::/32', '10.0.0.1', false],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['127.0.0.1, ::1', '::1', true],
  ['127.0.0.0/8', '127.1', false],
  ['127.0.0.0/8', '0177.0.0.1', false],
  ['127.0.0.0/8', '', false],
  ['127.0.0.0/8', 'localhost', false],
  ['fe80::/10', 'fe80::1%eth0', true],
])('%s and %s: %s', (networks, address, expected) => {
  expect(readNetworks(networks).contains(address)).toBe(expected);
});

test.each(['', '10.0.0.0/33', '10.0.0.0/', '10.0.0/8', '::/129', 'a', '10.0.0.0/8/8', '10.0.0.1,', '10.0.0.0/-1'])(
  '"%s" is refused',
  (text) => {
    expect(() => readNetworks(text)).toThrow('is neither an IP address nor a range');
  },
);

test('addresses are written in one way', () => {
  expect(['::FFFF:7f00:1', '2001:DB8:0::1', '127.1', 'x'].map(plainAddress)).toEqual([
    '127.0.0.1',
    '2001:db8::1',
    undefined,
    undefined,
  ]);
});

test('what one customer of a provider has counts as one sender', () => {
  expect(senderOf('2001:db8:1:2:3:4:5:6')).toBe(senderOf('2001:db8:1:2::1'));
  expect(senderOf('2001:db8:1:3::1')).not.toBe(senderOf('2001:db8:1:2::1'));
  expect([senderOf('::ffff:10.0.0.1'), senderOf('nonsense')]).toEqual(['10.0.0.1', 'unknown']);
});
