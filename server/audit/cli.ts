import { parseArgs } from 'node:util';
import { dateRange } from '../search/index/date-range.ts';
import { readHeads } from '../storage/audit-chain.ts';
import { auditConditions, MAX_TIME, readAudit, type AuditPosition } from '../storage/audit-read.ts';
import type { Db } from '../storage/db.ts';
import type { HeadFolder } from './chain/head-folder.ts';
import { headKeys } from './chain/head-keys.ts';
import { verifyChain } from './chain/verify-chain.ts';
import { renderEvent } from './render/render-event.ts';
import type { Sealer } from '../protection/sealer.ts';

const USAGE = `usage: athanor audit verify
       athanor audit heads
       athanor audit export [--tenant NUMBER] [--since TIME] [--until TIME]

verify   reads the whole audit trail and tells what was changed, removed, inserted, reordered or cut off since it was
         written; the first line names the first bad event. Heads are taken from the database and from AUDIT_HEADS.
heads    the signed heads of the chain
export   events as NDJSON of AuditEvent, newest first

  --tenant       number of a tenant (default: 1)
  --since        events from that time on, such as 2026-01-31 or 2026-01-31T08:00:00Z
  --until        events before that time
  --help         this text`;

/** What the command needs of the process that runs it. */
export interface AuditPorts {
  /** The installation's. */
  readonly db: Db;
  readonly sealer: Sealer;
  readonly folder: HeadFolder;
  readonly baseUrl: string;
  close(): Promise<void>;
}

type Work = (ports: AuditPorts) => Promise<number>;

/** `athanor audit …`; resolves to the exit code: 0 done and nothing wrong, 1 something is wrong, 2 wrong arguments. */
export async function runAudit(argv: readonly string[], open: () => Promise<AuditPorts>): Promise<number> {
  let work: Work | undefined;
  try {
    work = parse(argv);
  } catch (error) {
    process.stderr.write(`athanor audit: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
    return 2;
  }
  if (work === undefined) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const ports = await open();
  try {
    return await work(ports);
  } finally {
    await ports.close();
  }
}

function parse(argv: readonly string[]): Work | undefined {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      tenant: { type: 'string', default: '1' },
      since: { type: 'string' },
      until: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const [command, ...others] = positionals;
  if (others.length > 0) throw new Error(`"${others.join(' ')}" is not expected`);
  if (command === 'verify') return verify;
  if (command === 'heads') return heads;
  if (command !== 'export') throw new Error('say verify, heads or export');
  const tenant = Number(values.tenant);
  if (!Number.isInteger(tenant) || tenant < 1) throw new Error('--tenant takes a number such as 1');
  const [since, until] = [timeOf('since', values.since), timeOf('until', values.until)];
  return (ports) => exportEvents(ports, tenant, since, until);
}

function timeOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const range = dateRange(text);
  if (range === undefined) throw new Error(`--${name} takes a date or time such as 2026-01-31T08:00:00Z`);
  return range.low;
}

async function verify({ db, sealer, folder }: AuditPorts): Promise<number> {
  const { checked, erased, findings } = await verifyChain({ db, keys: await headKeys(db, sealer, Date.now()), folder });
  for (const { seq, event, what } of findings) {
    process.stdout.write(`${seq}${event === undefined ? '' : ` AuditEvent/${event}`}: ${what}\n`);
  }
  const result = findings.length === 0 ? 'nothing was changed' : `${findings.length} findings`;
  process.stdout.write(`${checked} events checked, ${erased} with erased details, ${result}\n`);
  return findings.length === 0 ? 0 : 1;
}

async function heads({ db }: AuditPorts): Promise<number> {
  for (const { seq, at, hash, cut, key } of await readHeads(db)) {
    const dropped = cut === null ? '' : `  events before ${new Date(cut).toISOString()} dropped`;
    process.stdout.write(`${seq}  ${new Date(at).toISOString()}  ${hash.toString('hex')}  key ${key}${dropped}\n`);
  }
  return 0;
}

const PAGE = 1000;

async function exportEvents(
  { db, baseUrl }: AuditPorts,
  tenant: number,
  since: number | undefined,
  until: number | undefined,
): Promise<number> {
  for (let before: AuditPosition | undefined; ;) {
    const conditions = auditConditions(tenant);
    conditions.within(since ?? 0, until ?? MAX_TIME);
    if (before !== undefined) conditions.behind(before);
    const rows = await readAudit(db, conditions, PAGE);
    for (const row of rows) process.stdout.write(`${renderEvent(row, baseUrl)}\n`);
    before = rows.at(-1);
    if (rows.length < PAGE) return 0;
  }
}
