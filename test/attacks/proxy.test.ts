import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readNetworks } from '../../server/kernel/networks.ts';
import { describeWith } from '../harness/describe-with.ts';
import { freePort } from '../harness/free-port.ts';
import { openGuardedServer, type GuardedServer } from './guarded-server.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

describeWith('nginx', 'nginx-light')('behind the proxy of docker-compose.yml', () => {
  let server: GuardedServer;
  let nginx: ChildProcess | undefined;
  let folder: string;
  let port: number;

  beforeAll(async () => {
    server = await openGuardedServer({ limits: { address: 30 }, signIn: { trusted: readNetworks('127.0.0.1') } });
    folder = mkdtempSync(join(tmpdir(), 'athanor-nginx-'));
    const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
    const subject = ['-nodes', '-subj', '/CN=localhost', '-days', '2'];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', ...subject, ...files], { stdio: 'ignore' });
    port = await freePort();
    // As it stands but for places: those of files, and what the network of docker compose calls the server.
    const conf = readFileSync('server/http/nginx.conf', 'utf8')
      .replaceAll('/etc/nginx/tls', folder)
      .replace('/tmp/nginx.pid', join(folder, 'nginx.pid'))
      .replace('server server:8080;', `server 127.0.0.1:${server.port};`)
      .replace('listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`)
      .replace('listen 80;', `listen 127.0.0.1:${await freePort()};`);
    const file = join(folder, 'nginx.conf');
    writeFileSync(file, conf);
    execFileSync('nginx', ['-t', '-q', '-p', folder, '-c', file]);
    nginx = spawn('nginx', ['-p', folder, '-c', file, '-g', 'daemon off;'], { stdio: 'ignore' });
    for (let tries = 0; tries < 50 && (await ask('/live').catch(() => undefined)) === undefined; tries += 1)
      await pause(100);
  }, 30_000);

  afterAll(async () => {
    nginx?.kill('SIGTERM');
    await server.close();
    rmSync(folder, { recursive: true });
  });

  function ask(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port,
        path,
        rejectUnauthorized: false,
        headers: { host: 'clinic.example', ...headers },
      };
      request(options, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      })
        .on('error', reject)
        .end();
    });
  }

  test('links carry the name that the proxy is called by, whatever a client writes', async () => {
    const headers = {
      authorization: `Bearer ${server.key}`,
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
    };
    const { status, text } = await ask('/fhir/R4/Patient', { ...headers, forwarded: 'host=evil.example' });
    expect(status).toBe(200);
    expect(text).toContain('https://clinic.example/fhir/R4/Patient');
    expect(text).not.toContain('evil');
  });

  test('addresses that a client makes up are no way around its limit', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 60; count += 1) {
      statuses.push((await ask('/fhir/R4/Patient/1', { 'x-forwarded-for': `203.0.113.${count}` })).status);
    }
    expect(statuses).toContain(429);
    expect(statuses.filter((status) => status !== 401 && status !== 429)).toEqual([]);
  });
});
