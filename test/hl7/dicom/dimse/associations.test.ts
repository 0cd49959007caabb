import dimse from 'dcmjs-dimse';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveDimse, DIMSE_LIMITS, type DimseServer } from '../../../../hl7-gateway/dicom/dimse/serve-dimse.ts';
import type { DimseRequests } from '../../../../hl7-gateway/dicom/dimse/dimse-requests.ts';
import { createLog } from '../../../../server/kernel/log.ts';
import { until } from '../../../harness/eventually.ts';
import { ask, echoRequest, findRequest } from './modality.ts';

const PEER = { endpoint: 'ct', aeTitle: 'CT1', modalities: [], stations: [] };
const MANY = Array.from({ length: 2000 }, (_each, index) => ({
  PatientID: String(index),
  PatientName: 'A'.repeat(60),
}));

/** What is answered, in the place of a clinic's worklist. */
const requests: DimseRequests = {
  findWorklist(keys) {
    if (keys.PatientID === 'broken') return Promise.reject(new Error('no server'));
    const isCut = keys.PatientID === 'cut';
    return Promise.resolve({ entries: isCut ? MANY.slice(0, 3) : MANY, isCut, hasUnknownKeys: false });
  },
  createStep: () => Promise.reject(new Error('no server')),
  setStep: () => Promise.reject(new Error('no server')),
};

const opened: DimseServer[] = [];
async function open(options: Partial<Parameters<typeof serveDimse>[0]> = {}): Promise<DimseServer> {
  const server = await serveDimse({
    host: '127.0.0.1',
    port: 0,
    admit: (calling, called) => (calling === 'CT1' && called === 'ATHANOR' ? PEER : undefined),
    requests,
    log: createLog('silent', 'test'),
    limits: DIMSE_LIMITS,
    ...options,
  });
  opened.push(server);
  return server;
}
afterAll(() => Promise.all(opened.map((server) => server.close())));

const peerOf = ({ port }: DimseServer) => ({ port, calling: 'CT1', called: 'ATHANOR' });
const statusesOf = (answers: Awaited<ReturnType<typeof ask>>): readonly number[] =>
  answers.flat().map(({ status }) => status);

test('too many entries, and a worklist that cannot be read, are told', async () => {
  const server = await open();
  const answers = await ask(peerOf(server), findRequest({ PatientID: 'cut' }), findRequest({ PatientID: 'broken' }));
  expect(answers.map((each) => each.map(({ status }) => status))).toEqual([[0xff00, 0xff00, 0xff00, 0xa700], [0xc001]]);
});

test('a query that is cancelled ends; the association goes on', async () => {
  const server = await open();
  const request = findRequest({ PatientID: '', PatientName: '' });
  const client = new dimse.Client();
  const statuses: number[] = [];
  const done = new Promise<void>((resolve, reject) => {
    request.on('response', (response: InstanceType<typeof dimse.responses.Response>) => {
      statuses.push(response.getStatus());
      if (statuses.length === 5) client.cancel(request);
    });
    client.on('closed', () => resolve());
    client.on('networkError', (error: Error) => reject(error));
  });
  client.addRequest(request);
  client.addRequest(echoRequest());
  client.send('127.0.0.1', server.port, 'CT1', 'ATHANOR');
  await done;
  expect(statuses.at(-1)).toBe(0xfe00);
  expect(statuses.length).toBeLessThan(MANY.length);
});

test('all of many entries come, in their order', async () => {
  const [answers = []] = await ask(peerOf(await open()), findRequest({ PatientID: '' }));
  expect(answers.map(({ data }) => data?.PatientID)).toEqual([...MANY.map(({ PatientID }) => PatientID), undefined]);
});

test('who is silent, and who is one too many, is let go', async () => {
  const limits = { ...DIMSE_LIMITS, associations: 3, associateTime: 500 };
  const server = await open({ limits });
  const sockets = Array.from({ length: 6 }, () => connect(server.port, '127.0.0.1'));
  for (const socket of sockets) socket.on('error', () => undefined).resume();
  await until(() => sockets.every(({ destroyed }) => destroyed));
  await until(() => server.associations() === 0);
  expect(statusesOf(await ask(peerOf(server), echoRequest()))).toEqual([0]);
});

test('over TLS; without a certificate of the authority nobody is let in', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'athanor-dimse-'));
  try {
    const subject = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
    const file = (name: string): string => join(folder, name);
    execFileSync('openssl', ['req', '-x509', ...subject, '-keyout', file('key'), '-out', file('cert')], {
      stdio: 'ignore',
    });
    const [key, cert] = ['key', 'cert'].map((name) => readFileSync(file(name), 'utf8'));
    if (key === undefined || cert === undefined) throw new Error('there is no certificate');
    const server = await open({ tls: { key, cert, ca: cert, clientCertificate: 'required' } });
    const secure = { securityOptions: { ca: cert, rejectUnauthorized: false } };
    const peer = peerOf(server);
    expect(
      statusesOf(
        await ask({ ...peer, options: { securityOptions: { ...secure.securityOptions, key, cert } } }, echoRequest()),
      ),
    ).toEqual([0]);
    await expect(ask({ ...peer, options: secure }, echoRequest())).rejects.toThrow();
    await expect(ask(peer, echoRequest())).rejects.toThrow();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
