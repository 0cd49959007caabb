// Entry of the process that sends reads at a steady rate, however slowly they are answered.
import { encodeRequest, type BenchRequest, type Target } from '../bench-request.ts';
import { openConnection, type RawConnection } from '../raw-connection.ts';

export interface SteadyPlan {
  readonly target: Target;
  readonly requests: readonly BenchRequest[];
  /** Requests a second. */
  readonly rate: number;
  readonly seconds: number;
}

export interface SteadyResult {
  /** Milliseconds, in order. */
  readonly latencies: readonly number[];
  /** Answers outside of 2xx, and broken connections. */
  readonly failures: number;
}

async function run({ target, requests, rate, seconds }: SteadyPlan): Promise<SteadyResult> {
  const { hostname, port } = new URL(target.base);
  const prepared = requests.map((request) => encodeRequest(target, request, 0));
  const idle: RawConnection[] = [];
  const all = new Set<RawConnection>();
  const latencies: number[] = [];
  let failures = 0;
  const send = async (bytes: Buffer): Promise<void> => {
    const connection = idle.pop() ?? openConnection(hostname, Number(port));
    all.add(connection);
    const before = performance.now();
    const { status } = await connection.send(bytes);
    latencies.push(performance.now() - before);
    if (status < 200 || status > 299) failures += 1;
    idle.push(connection);
  };
  const started = performance.now();
  const sent: Promise<void>[] = [];
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(seconds, (performance.now() - started) / 1000) * rate;
      while (sent.length < due) {
        const bytes = prepared[sent.length % prepared.length];
        if (bytes !== undefined) sent.push(send(bytes));
      }
      if (due < seconds * rate) return;
      clearInterval(timer);
      resolve();
    }, 1);
  });
  await Promise.all(sent);
  for (const connection of all) connection.close();
  return { latencies: latencies.sort((a, b) => a - b), failures };
}

process.once('message', (plan: SteadyPlan) => {
  void run(plan).then((result) => process.send?.(result, () => process.disconnect()));
});
