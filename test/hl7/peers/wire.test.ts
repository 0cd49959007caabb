import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isReplyTo } from '../../../hl7-gateway/hl7/read-reply.ts';
import { MllpClient } from '../../../hl7-gateway/mllp/mllp-client.ts';
import { describeWith } from '../../harness/describe-with.ts';
import { until } from '../../harness/eventually.ts';
import { framed } from '../wire/raw-link.ts';
import { openAcknowledgingServer, type AcknowledgingServer } from './acknowledging-server.ts';
import { PYTHON, startProgram, type Program } from './program.ts';

const MESSAGES = [
  ['MSH|^~\\&|LAB|FAC|ATH|CLI|20240101||ADT^A01^ADT_A01|P1|P|2.5.1||||||UNICODE UTF-8', 'PID|1||1^^^H^MR||Müller^Zoë'],
  [
    'MSH|^~\\&|LAB|FAC|ATH|CLI|20240101||ORU^R01^ORU_R01|P2|P|2.5.1',
    'PID|1||1^^^H^MR',
    'OBR|1',
    `OBX|1|TX|||${'x'.repeat(90_000)}`,
  ],
  ['MSH|^~\\&|LAB|FAC|ATH|CLI|20240101||ADT^A40^ADT_A39|P3|P|2.3', 'PID|1||1^^^H^MR', 'MRG|2^^^H^MR'],
].map((segments) => segments.map((segment) => `${segment}\r`).join(''));

const folder = mkdtempSync(join(tmpdir(), 'athanor-peers-'));
const programs: Program[] = [];
let server: AcknowledgingServer;

function start(command: string, ...parameters: readonly string[]): Program {
  const program = startProgram(command, parameters);
  programs.push(program);
  return program;
}

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** MSH-9 and MSH-10, as the parser of python3-hl7 prints them. */
const identity = (message: string) => message.split('|').slice(8, 10).join(' ');

beforeEach(async () => {
  server = await openAcknowledgingServer();
});

afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.kill()));
  await server.close();
});

afterAll(() => rmSync(folder, { recursive: true }));

describeWith('mllp_send', 'python3-hl7')('python3-hl7', () => {
  test('mllp_send gets a reply to each message of a file', async () => {
    const path = file('three.hl7', MESSAGES.join('').replaceAll('\r', '\r\n'));
    const sender = start('mllp_send', '--loose', '-p', String(server.port), '-f', path, '127.0.0.1');
    expect(await sender.ended).toBe(0);
    for (const id of ['P1', 'P2', 'P3']) expect(sender.output()).toContain(`MSA|AA|${id}`);
    expect(server.messages.map((message) => message.trimEnd())).toEqual(MESSAGES.map((message) => message.trimEnd()));
  });

  test('hl7.mllp as client reads the replies', async () => {
    const path = file('three.txt', MESSAGES.join('\x1e'));
    const sender = start(PYTHON, join(__dirname, 'python-sender.py'), String(server.port), path);
    expect([await sender.ended, sender.output()]).toEqual([0, 'AA P1\nAA P2\nAA P3\n']);
    expect(server.messages).toEqual(MESSAGES);
  });

  test('hl7.mllp as server takes our messages, and its replies are matched', async () => {
    const receiver = start(PYTHON, join(__dirname, 'python-receiver.py'));
    await receiver.prints(/^\d+\n/);
    const client = new MllpClient({ host: '127.0.0.1', port: Number(receiver.output().trim()) });
    try {
      const small = MESSAGES.filter(({ length }) => length < 60_000);
      const replies = await Promise.all(
        small.map((message) =>
          client.send(Buffer.from(message), (frame) => isReplyTo(frame, message.split('|')[9] ?? '')),
        ),
      );
      for (const reply of replies) expect(Buffer.from(reply).toString()).toMatch(/\rMSA\|AA\|P\d/);
      await receiver.prints(small.map((message) => `${identity(message)}\n`).join(''));
    } finally {
      client.close();
    }
  });
});

describeWith('tshark', 'tshark')('tshark', () => {
  test('sees HL7 in what goes over the wire, in both directions', async () => {
    const port = String(server.port);
    const shark = start(
      'tshark',
      ...['-i', 'lo', '-f', `tcp port ${port}`, '-d', `tcp.port==${port},hl7`, '-Y', 'hl7', '-l', '-a', 'duration:90'],
      ...['-T', 'fields', '-e', 'hl7.message.type', '-e', 'hl7.event.type', '-e', 'hl7.malformed', '-E', 'separator=,'],
    );
    await shark.prints('Capturing on');
    const client = new MllpClient({ host: '127.0.0.1', port: server.port });
    const small = MESSAGES.filter(({ length }) => length < 60_000);
    try {
      // It says that it captures a little before it does: messages are sent until it has seen them.
      await until(async () => {
        for (const message of small) await client.send(Buffer.from(message), () => true);
        return /ADT,A01[^]*ACK,A01[^]*ADT,A40[^]*ACK,A40/.test(shark.output());
      });
    } finally {
      client.close();
    }
    expect(shark.output()).not.toMatch(/alformed/);
  });
});

describeWith('socat', 'socat')('socat', () => {
  const connect = () => start('socat', '-t', '30', '-', `TCP:127.0.0.1:${server.port}`);

  test('a sender that writes all it has and shuts its side', async () => {
    const peer = connect();
    peer.write(framed(...MESSAGES));
    peer.endInput();
    await peer.ended;
    expect(peer.output().match(/MSA\|AA\|P\d/g)).toEqual(['MSA|AA|P1', 'MSA|AA|P2', 'MSA|AA|P3']);
  });

  test('a frame that is cut is never a message', async () => {
    const peer = connect();
    peer.write(`${framed('MSH|^~\\&|A|||||||P9|P|2.5')}\v${MESSAGES[0]?.slice(0, 60) ?? ''}`);
    await peer.prints('MSA|AA|P9');
    peer.endInput();
    await peer.ended;
    await until(() => server.events.some(({ kind }) => kind === 'closed'));
    expect(server.messages).toHaveLength(1);
    expect(server.events.map(({ kind }) => kind)).toContain('truncated');
  });
});

describeWith('openssl', 'openssl')('openssl s_client', () => {
  function certify(name: string): { readonly key: string; readonly cert: string } {
    const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)];
    const parameters = [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-subj',
      `/CN=${name}`,
      '-days',
      '2',
    ];
    execFileSync('openssl', ['req', '-x509', ...parameters, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    return { key, cert };
  }

  test('a message in TLS, from a client that shows a certificate', async () => {
    const [ours, theirs] = [certify('ours'), certify('theirs')];
    const [key, cert] = [readFileSync(ours.key, 'utf8'), readFileSync(ours.cert, 'utf8')];
    const secure = await openAcknowledgingServer({ key, cert, clientCertificate: 'required' });
    try {
      const address = ['-connect', `127.0.0.1:${secure.port}`, '-quiet', '-cert', theirs.cert, '-key', theirs.key];
      const peer = start('openssl', 's_client', ...address, '-CAfile', ours.cert, '-verify_return_error');
      peer.write(framed(MESSAGES[0] ?? ''));
      await peer.prints('MSA|AA|P1');
      const fingerprint = new X509Certificate(readFileSync(theirs.cert)).fingerprint256
        .replaceAll(':', '')
        .toLowerCase();
      expect([secure.messages, secure.certificate()]).toEqual([[MESSAGES[0]], fingerprint]);
    } finally {
      await secure.close();
    }
  });
});
