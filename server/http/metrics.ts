import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ConnectionState } from '../storage/connections.ts';
import type { Admission } from './admission.ts';

/** Measurements of one worker process; the primary adds up those of all workers. */
export interface Metrics {
  readonly registry: Registry;
  /** One FHIR request that was answered. */
  record(interaction: string, status: number, seconds: number): void;
}

/** Jobs that wait, run, or are dead letters; those of all processes, whoever is asked. */
export type JobCounts = () => Promise<
  readonly { readonly queue: string; readonly state: string; readonly count: number }[]
>;

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function createMetrics(
  admission: Admission,
  connections: () => ConnectionState,
  jobCounts: JobCounts | undefined,
): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'fhir_request_duration_seconds',
    help: 'Time from the request line to the end of the answer, by interaction and HTTP status.',
    labelNames: ['interaction', 'status'],
    buckets: BUCKETS,
    registers: [registry],
  });
  new Gauge({
    name: 'fhir_requests',
    help: 'FHIR requests that run or wait for their turn.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.set({ state: 'running' }, admission.running());
      this.set({ state: 'waiting' }, admission.waiting());
    },
  });
  new Gauge({
    name: 'database_connections',
    help: 'Connections of the pool, and requests that wait for one.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const { total, idle, waiting } = connections();
      this.set({ state: 'busy' }, total - idle);
      this.set({ state: 'idle' }, idle);
      this.set({ state: 'waiting' }, waiting);
    },
  });
  if (jobCounts !== undefined) addJobs(registry, jobCounts);
  return {
    registry,
    record: (interaction, status, seconds) => durations.observe({ interaction, status }, seconds),
  };
}

function addJobs(registry: Registry, jobCounts: JobCounts): void {
  new Gauge({
    name: 'jobs',
    help: 'Background jobs that wait, run, or have failed for good, by queue.',
    labelNames: ['queue', 'state'],
    registers: [registry],
    // Every worker tells the same.
    aggregator: 'max',
    async collect() {
      // Other figures are wanted most while the database does not answer.
      const counts = await jobCounts().catch(() => []);
      this.reset();
      for (const { queue, state, count } of counts) this.set({ queue, state }, count);
    },
  });
}
