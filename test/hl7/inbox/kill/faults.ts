import type { Store } from '../../../../hl7-gateway/store/open-store.ts';
import type { Client, Resource } from '../../../reliability/client.ts';
import type { LabMessage } from '../lab-messages.ts';

interface Kept {
  readonly controlId: string;
  readonly state: string;
  readonly reason: string | null;
  readonly note: string | null;
}

/** What is wrong with what gateway and server have of messages that were acknowledged: each must have been applied once. */
export async function faultsOf(
  store: Store,
  client: Client,
  run: string,
  acknowledged: readonly LabMessage[],
): Promise<readonly string[]> {
  const kept = await store.query<Kept>({
    text: `
select m.control_id as "controlId", p.state, p.reason, p.note from message m join progress p on p.seq = m.seq
where m.control_id like $1 and m.direction = 'in'`,
    values: [`${run}-%`],
  });
  return [
    ...inboxFaults(kept, acknowledged),
    ...(await resultFaults(client, run, acknowledged)),
    ...(await patientFaults(client, acknowledged)),
  ];
}

function inboxFaults(kept: readonly Kept[], acknowledged: readonly LabMessage[]): readonly string[] {
  const byId = new Map<string, Kept[]>();
  for (const one of kept) byId.set(one.controlId, [...(byId.get(one.controlId) ?? []), one]);
  return acknowledged.flatMap(({ controlId }) => {
    const own = byId.get(controlId) ?? [];
    if (own.length !== 1) return [`${controlId} is here ${own.length} times`];
    return own
      .filter(({ state }) => state !== 'applied' && state !== 'superseded')
      .map(({ state, reason, note }) => `${controlId} is ${state}: ${reason ?? ''} ${note ?? ''}`);
  });
}

/** One report and one order a message, no more and no less; that of the message. */
async function resultFaults(
  client: Client,
  run: string,
  acknowledged: readonly LabMessage[],
): Promise<readonly string[]> {
  const wanted = acknowledged.filter(({ text }) => text.includes('|ORU^R01')).map(({ controlId }) => controlId);
  const problems: string[] = [];
  for (const type of ['DiagnosticReport', 'ServiceRequest']) {
    const found = new Map<string, number>();
    for (const { identifier = [] } of await all(client, `${type}?_count=1000`)) {
      const values = new Set(identifier.flatMap(({ value }) => (value?.startsWith(`${run}-`) === true ? [value] : [])));
      for (const value of values) found.set(value, (found.get(value) ?? 0) + 1);
    }
    for (const id of wanted) if (found.get(id) !== 1) problems.push(`${id}: ${found.get(id) ?? 0} of ${type}`);
  }
  return problems;
}

/** The last thing that was said of each patient stands; nobody is there twice. */
async function patientFaults(client: Client, acknowledged: readonly LabMessage[]): Promise<readonly string[]> {
  const problems: string[] = [];
  const last = new Map<string, { readonly n: number; readonly city: string }>();
  for (const { controlId, text } of acknowledged) {
    const [, patient, city] = /PID\|1\|\|([^^]*)\^.*\^\^(City\d+)/.exec(text) ?? [];
    const n = Number(controlId.split('-')[1]);
    if (patient !== undefined && city !== undefined && n > (last.get(patient)?.n ?? 0)) last.set(patient, { n, city });
  }
  for (const [patient, { city }] of last) {
    const { text, body } = await client('GET', `Patient?identifier=${patient}&_count=10`);
    if (body.entry?.length !== 1) problems.push(`${patient} is there ${body.entry?.length ?? 0} times`);
    if (!text.includes(`"${city}"`)) problems.push(`${patient} does not live in ${city}`);
  }
  return problems;
}

async function all(client: Client, query: string): Promise<readonly Resource[]> {
  const found: Resource[] = [];
  for (let path: string | undefined = query; path !== undefined;) {
    const { status, body }: Awaited<ReturnType<Client>> = await client('GET', path);
    if (status !== 200) throw new Error(`${query} answered ${status}`);
    found.push(...(body.entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : [resource])));
    path = body.link?.find(({ relation }) => relation === 'next')?.url;
  }
  return found;
}
