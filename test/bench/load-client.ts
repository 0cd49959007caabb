// Entry of the process that makes the load, so that its CPU time is not counted as the server's.
import { COUNTER, encodeRequest, type BenchRequest, type Target } from './bench-request.ts';
import { openConnection } from './raw-connection.ts';

export interface LoadPlan {
  readonly target: Target;
  readonly requests: readonly BenchRequest[];
  readonly concurrency: number;
  /** Seconds. */
  readonly warmUp: number;
  readonly duration: number;
}

export interface LoadResult {
  readonly requests: number;
  /** Answers outside of 2xx, and broken connections. */
  readonly failures: number;
  readonly seconds: number;
  /** Latencies in milliseconds. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export type LoadMessage = { readonly kind: 'started' } | { readonly kind: 'done'; readonly result: LoadResult };

async function run(plan: LoadPlan): Promise<void> {
  await load(plan, plan.warmUp);
  report({ kind: 'started' });
  report({ kind: 'done', result: await load(plan, plan.duration) });
  process.disconnect();
}

let sent = 0;

async function load({ target, requests, concurrency }: LoadPlan, seconds: number): Promise<LoadResult> {
  const { hostname, port } = new URL(target.base);
  const prepared = requests.map((request) =>
    request.body?.includes(COUNTER) === true ? request : encodeRequest(target, request, 0),
  );
  const latencies: number[] = [];
  let failures = 0;
  const started = performance.now();
  const end = started + seconds * 1000;
  const lane = async (): Promise<void> => {
    const connection = openConnection(hostname, Number(port === '' ? 80 : port));
    while (performance.now() < end) {
      sent += 1;
      const next = prepared[sent % prepared.length];
      if (next === undefined) break;
      const bytes = Buffer.isBuffer(next) ? next : encodeRequest(target, next, sent);
      const before = performance.now();
      const { status } = await connection.send(bytes);
      latencies.push(performance.now() - before);
      if (status < 200 || status > 299) failures += 1;
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  latencies.sort((a, b) => a - b);
  const at = (part: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))] ?? 0;
  return {
    requests: latencies.length,
    failures,
    seconds: (performance.now() - started) / 1000,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
  };
}

function report(message: LoadMessage): void {
  process.send?.(message);
}

process.once('message', (plan: LoadPlan) => void run(plan));
