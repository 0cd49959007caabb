import { randomUUID } from 'node:crypto';
import type { Client, Resource } from './client.ts';

/** Writes that go on while processes are killed, and what they were told. */
export interface KillLoad {
  /** Stops the writers; answers what is wrong with what the server has kept. */
  finish(): Promise<{ readonly acknowledged: number; readonly unknown: number; readonly problems: readonly string[] }>;
}

interface Attempt {
  readonly kind: 'create' | 'transaction' | 'update' | 'conditional';
  readonly token: string;
  /** Undefined when there was no answer, or one that says "try again". */
  readonly answer: Resource | undefined;
}

const SYSTEM = 'urn:kill';
const TRANSACTION_SIZE = 5;
const LANES = 8;

export function startKillLoad(client: Client): KillLoad {
  const attempts: Attempt[] = [];
  const problems: string[] = [];
  let isOver = false;
  const lane = async (): Promise<void> => {
    while (!isOver) {
      attempts.push(await attempt(client, problems));
    }
  };
  const lanes = Array.from({ length: LANES }, lane);
  return {
    async finish() {
      isOver = true;
      await Promise.all(lanes);
      for (const one of attempts) problems.push(...(await check(client, one)));
      const acknowledged = attempts.filter(({ answer }) => answer !== undefined).length;
      return { acknowledged, unknown: attempts.length - acknowledged, problems };
    },
  };
}

const KINDS = ['create', 'transaction', 'update', 'conditional'] as const;

async function attempt(client: Client, problems: string[]): Promise<Attempt> {
  const kind = KINDS[Math.floor(Math.random() * KINDS.length)] ?? 'create';
  const token = randomUUID();
  const send = (): ReturnType<Client> => {
    if (kind === 'create') return client('POST', 'Patient', patient(token));
    if (kind === 'transaction') return client('POST', '', transaction(token));
    if (kind === 'update') return client('PUT', `Patient/${token}`, { ...patient(token), id: token });
    return client('POST', 'Patient', patient(token), { 'if-none-exist': `identifier=${SYSTEM}|${token}` });
  };
  let { status, body, text } = await send();
  // A conditional create can be repeated until it is answered, and must still make one resource only.
  for (let again = 0; kind === 'conditional' && !isAcknowledged(status) && again < 200; again += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    ({ status, body, text } = await send());
  }
  if (status !== 0 && status !== 503 && !isAcknowledged(status))
    problems.push(`${kind} answered ${status}: ${text.slice(0, 300)}`);
  return { kind, token, answer: isAcknowledged(status) ? body : undefined };
}

function isAcknowledged(status: number): boolean {
  return status === 200 || status === 201;
}

function patient(token: string): object {
  return { resourceType: 'Patient', identifier: [{ system: SYSTEM, value: token }] };
}

function transaction(token: string): object {
  const entry = Array.from({ length: TRANSACTION_SIZE }, () => ({
    resource: patient(token),
    request: { method: 'POST', url: 'Patient' },
  }));
  return { resourceType: 'Bundle', type: 'transaction', entry };
}

async function check(client: Client, { kind, token, answer }: Attempt): Promise<string[]> {
  const { body, status } = await client('GET', `Patient?identifier=${SYSTEM}|${token}&_count=50`);
  if (status !== 200) return [`after the kill a search answers ${status}`];
  const found = (body.entry ?? []).map(({ resource }) => resource?.id ?? '');
  const whole = kind === 'transaction' ? TRANSACTION_SIZE : 1;
  if (found.length !== whole && (answer !== undefined || found.length !== 0)) {
    return [
      `${answer === undefined ? 'unacknowledged' : 'acknowledged'} ${kind}: ${found.length} of ${whole} resources are there`,
    ];
  }
  if (kind === 'conditional' && answer === undefined) return ['a conditional create was not answered for 10 s'];
  if (answer === undefined) return [];
  const told = kind === 'transaction' ? locations(answer) : [answer.id ?? ''];
  return told.every((id) => found.includes(id))
    ? []
    : [`acknowledged ${kind}: the server keeps other ids than it told`];
}

function locations(response: Resource): string[] {
  return (response.entry ?? []).map(({ response: one }) => one?.location?.split('/')[1] ?? '');
}
