import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type SecureVersion } from 'node:tls';
import { describeWith } from '../../test/harness/describe-with.ts';
import { until } from '../../test/harness/eventually.ts';
import { openRawLink } from '../../test/hl7/wire/raw-link.ts';
import { MllpClient, type MllpClientOptions } from './mllp-client.ts';
import { serveMllp, type MllpServer } from './serve-mllp.ts';
import type { ListenerTls } from './tls-settings.ts';

interface Identity {
  readonly key: string;
  readonly cert: string;
}

describeWith('openssl', 'openssl')('MLLP in TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'athanor-mllp-'));
  let ours: Identity;
  let issuer: Identity;
  let lab: Identity;
  let stranger: Identity;
  let expired: Identity;
  const servers: MllpServer[] = [];
  let turnedAway: string[] = [];

  function openssl(...parameters: readonly string[]): void {
    execFileSync('openssl', parameters, { cwd: folder, stdio: 'ignore' });
  }

  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

  function certify(name: string, issuedBy?: string): Identity {
    const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-days', '2'];
    const signed = issuedBy === undefined ? [] : ['-CA', `${issuedBy}.crt`, '-CAkey', `${issuedBy}.key`];
    openssl('req', '-x509', ...KEY, '-keyout', `${name}.key`, ...subject, ...signed, '-out', `${name}.crt`);
    return { key: read(`${name}.key`), cert: read(`${name}.crt`) };
  }

  function certifyUntilYesterday(): Identity {
    openssl('req', '-new', ...KEY, '-keyout', 'old.key', '-subj', '/CN=old', '-out', 'old.csr');
    openssl('x509', '-req', '-in', 'old.csr', '-signkey', 'old.key', '-days', '-1', '-out', 'old.crt');
    return { key: read('old.key'), cert: read('old.crt') };
  }

  beforeAll(() => {
    ours = certify('ours');
    issuer = certify('issuer');
    lab = certify('lab', 'issuer');
    stranger = certify('stranger');
    expired = certifyUntilYesterday();
  });

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
    turnedAway = [];
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  async function serve(tls: Partial<ListenerTls>): Promise<number> {
    const server = await serveMllp({
      listeners: [{ host: '127.0.0.1', port: 0, tls: { ...ours, clientCertificate: 'none', ...tls } }],
      receive: async (_, link) => Buffer.from(link.certificate ?? 'none'),
      onTurnedAway: (why) => void turnedAway.push(why),
    });
    servers.push(server);
    return server.ports[0] ?? 0;
  }

  /** By which certificate the server knows a client. */
  async function known(
    port: number,
    identity: Partial<Identity>,
    options: Partial<MllpClientOptions> = {},
  ): Promise<string> {
    const client = new MllpClient({ host: '127.0.0.1', port, tls: { ca: ours.cert, ...identity }, ...options });
    try {
      return Buffer.from(await client.send(Buffer.from('MSH|'), () => true)).toString();
    } finally {
      client.close();
    }
  }

  const fingerprint = ({ cert }: Identity) =>
    new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase();

  test('a message and its reply', async () => {
    expect(await known(await serve({}), {})).toBe('none');
  });

  test('without issuers a certificate is known by its fingerprint, and one that is out of date by none', async () => {
    const port = await serve({ clientCertificate: 'optional' });
    expect(await known(port, stranger)).toBe(fingerprint(stranger));
    expect(await known(port, expired)).toBe('none');
    expect(await known(port, {})).toBe('none');
  });

  test('with issuers only theirs count', async () => {
    const port = await serve({ clientCertificate: 'optional', ca: issuer.cert });
    expect(await known(port, lab)).toBe(fingerprint(lab));
    expect(await known(port, stranger)).toBe('none');
  });

  test.each(['with', 'without'])('a certificate that is required %s issuers', async (issuers) => {
    const port = await serve({ clientCertificate: 'required', ...(issuers === 'with' ? { ca: issuer.cert } : {}) });
    expect(await known(port, lab)).toBe(fingerprint(lab));
    await expect(known(port, {})).rejects.toMatchObject({ name: 'MllpSendFailure' });
    await expect(known(port, expired)).rejects.toMatchObject({ name: 'MllpSendFailure' });
    await until(() => turnedAway.length === 2);
  });

  test('a peer that nobody vouches for gets nothing', async () => {
    const port = await serve({});
    await expect(known(port, {}, { tls: {} })).rejects.toMatchObject({ kind: 'connect', maybeDelivered: false });
    await expect(known(port, {}, { tls: { ca: ours.cert, serverName: 'other.example' } })).rejects.toMatchObject({
      kind: 'connect',
    });
  });

  test.each(['TLSv1', 'TLSv1.1'] as const)('%s is refused', async (version: SecureVersion) => {
    const socket = connect({
      port: await serve({}),
      host: '127.0.0.1',
      rejectUnauthorized: false,
      minVersion: version,
      maxVersion: version,
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    await expect(
      new Promise((resolve, reject) => {
        socket.once('secureConnect', resolve);
        socket.once('error', reject);
      }),
    ).rejects.toThrow();
  });

  test('plain MLLP on its port is turned away', async () => {
    const peer = await openRawLink(await serve({}));
    peer.write('\vMSH|^~\\&|\x1c\r');
    await until(() => peer.isClosed() && turnedAway.length === 1);
    expect(turnedAway).toEqual(['tls']);
  });
});
