import { parseArgs } from 'node:util';
import { CASES } from './cases/cases.ts';
import type { Target } from './bench-request.ts';

export interface BenchOptions {
  /** Undefined: start a server of our own. */
  readonly target: Target | undefined;
  readonly serverPid: number | undefined;
  readonly databasePid: number | undefined;
  readonly seconds: number;
  readonly concurrency: number;
  readonly patients: number;
  readonly only: readonly string[];
  /** Files whose Bundles are posted one at a time, instead of the cases. */
  readonly bundles: readonly string[];
  readonly json: string | undefined;
}

export const BENCH_USAGE = `usage: npm run bench -- [options]

  --base URL          FHIR base of a running server; without it, one of our own on a new data folder, and the floor
  --token T           bearer token
  --server-pid N      process of that server, for CPU and memory (with its children)
  --database-pid N    process of its database
  --seconds N         per case, after a warm-up of a quarter of it (default 10)
  --concurrency N     connections (default 16)
  --patients N        patients to load, with 20 observations each (default 2000)
  --only CASE         this case only; may be given several times: ${CASES.map(({ name }) => `"${name}"`).join(', ')}
  --bundles PATH      instead of the cases, post the Bundles of NDJSON files one at a time; may be given several times
  --json FILE         write all figures to a file`;

/** @throws Error that tells which option is wrong; undefined when help was asked for */
export function parseBenchOptions(argv: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      base: { type: 'string' },
      token: { type: 'string' },
      'server-pid': { type: 'string' },
      'database-pid': { type: 'string' },
      seconds: { type: 'string', default: '10' },
      concurrency: { type: 'string', default: '16' },
      patients: { type: 'string', default: '2000' },
      only: { type: 'string', multiple: true, default: [] },
      bundles: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const number = (name: string, text: string | undefined): number | undefined => {
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!(value > 0)) throw new Error(`--${name} takes a positive number`);
    return value;
  };
  if (values.base !== undefined && !values.base.startsWith('http://')) throw new Error('--base takes an http:// URL');
  const unknown = values.only.find((name) => !CASES.some((one) => one.name === name));
  if (unknown !== undefined) throw new Error(`--only: there is no case "${unknown}"`);
  return {
    target: values.base === undefined ? undefined : { base: values.base.replace(/\/+$/, ''), token: values.token },
    serverPid: number('server-pid', values['server-pid']),
    databasePid: number('database-pid', values['database-pid']),
    seconds: number('seconds', values.seconds) ?? 10,
    concurrency: number('concurrency', values.concurrency) ?? 16,
    patients: number('patients', values.patients) ?? 2000,
    only: values.only,
    bundles: values.bundles,
    json: values.json,
  };
}
