import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, type PeerCertificate, type SecureVersion, type TLSSocket } from 'node:tls';
import { describeWith } from '../harness/describe-with.ts';
import { openGuardedServer, type GuardedServer } from './guarded-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'athanor-tls-'));
const files = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
let server: GuardedServer;

function certify(name: string): void {
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name},IP:127.0.0.1`];
  const output = ['-keyout', files.key, '-out', files.certificate, '-days', '2'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', ...subject, ...output],
    { stdio: 'ignore' },
  );
}

describeWith('openssl', 'openssl')('TLS', () => {
  beforeAll(async () => {
    certify('first.example');
    server = await openGuardedServer({ tls: files });
  });

  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  /** What a client of one TLS version is shown; rejects when no connection comes about. */
  function handshake(
    version: SecureVersion,
  ): Promise<{ readonly protocol: string | null; readonly certificate: PeerCertificate }> {
    return new Promise((resolve, reject) => {
      const options = {
        port: server.port,
        host: '127.0.0.1',
        rejectUnauthorized: false,
        ciphers: 'DEFAULT@SECLEVEL=0',
      };
      const socket: TLSSocket = connect({ ...options, minVersion: version, maxVersion: version }, () => {
        resolve({ protocol: socket.getProtocol(), certificate: socket.getPeerCertificate() });
        socket.destroy();
      });
      socket.on('error', reject);
    });
  }

  test.each(['TLSv1', 'TLSv1.1'] as const)('%s is refused', async (version) => {
    await expect(handshake(version)).rejects.toThrow();
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s is spoken', async (version) => {
    expect((await handshake(version)).protocol).toBe(version);
  });

  test('answers tell browsers to come by TLS only', async () => {
    const headers = await new Promise((resolve, reject) => {
      request(`${server.base}/metadata`, { ca: readFileSync(files.certificate) }, (response) => {
        response.resume();
        resolve(response.headers);
      })
        .on('error', reject)
        .end();
    });
    expect(headers).toMatchObject({ 'strict-transport-security': 'max-age=31536000; includeSubDomains' });
  });

  test('a renewed certificate is taken up without a restart', async () => {
    expect((await handshake('TLSv1.3')).certificate.subject.CN).toBe('first.example');
    certify('second.example');
    const until = Date.now() + 60_000;
    let name = '';
    while (name !== 'second.example' && Date.now() < until) {
      await pause(500);
      name = String((await handshake('TLSv1.3')).certificate.subject.CN);
    }
    expect(name).toBe('second.example');
  }, 40_000);
});
