import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue, type Registry } from 'prom-client';

type Metrics = readonly MetricObjectWithValues<MetricValue<string>>[];

/**
 * A worker asks (`wanted`), the primary asks every worker (`collect`), gets their metrics (`collected`), and sends the sum
 * (`text`). prom-client has such a conversation too, but it fails as long as a worker is starting.
 */
type Message =
  | { readonly kind: 'athanor:wanted'; readonly id: number }
  | { readonly kind: 'athanor:collect'; readonly id: number }
  | { readonly kind: 'athanor:collected'; readonly id: number; readonly metrics: Metrics }
  | { readonly kind: 'athanor:text'; readonly id: number; readonly text: string };

function asMessage(message: unknown): Message | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  return String((message as Partial<Message>).kind).startsWith('athanor:') ? (message as Message) : undefined;
}

const PATIENCE = 2000;

/** In the primary: answers a worker that asks for the metrics of all workers. */
export function serveClusterMetrics(onError: (error: unknown) => void): void {
  const listening = new Set<Worker>();
  const collections = new Map<number, (metrics: Metrics) => void>();
  let last = 0;

  /** The metrics of the workers that answer in time. */
  function collect(): Promise<Metrics[]> {
    last += 1;
    const id = last;
    const asked = [...listening];
    return new Promise((resolve) => {
      const received: Metrics[] = [];
      const finish = (): void => {
        clearTimeout(timer);
        collections.delete(id);
        resolve(received);
      };
      const timer = setTimeout(finish, PATIENCE);
      collections.set(id, (metrics) => {
        received.push(metrics);
        if (received.length === asked.length) finish();
      });
      for (const worker of asked) worker.send({ kind: 'athanor:collect', id } satisfies Message);
    });
  }

  async function answer(worker: Worker, id: number): Promise<void> {
    const text = await AggregatorRegistry.aggregate(await collect()).metrics();
    if (worker.isConnected()) worker.send({ kind: 'athanor:text', id, text } satisfies Message);
  }

  cluster.on('listening', (worker) => listening.add(worker));
  cluster.on('disconnect', (worker) => listening.delete(worker));
  cluster.on('message', (worker, received: unknown) => {
    const message = asMessage(received);
    if (message?.kind === 'athanor:wanted') answer(worker, message.id).catch(onError);
    else if (message?.kind === 'athanor:collected') collections.get(message.id)?.(message.metrics);
  });
}

/**
 * In a worker: a function that asks the primary for the metrics of all workers, in Prometheus' text format.
 * It rejects when the primary does not answer.
 */
export function openClusterMetrics(own: Registry): () => Promise<string> {
  const waiting = new Map<number, (text: string) => void>();
  let last = 0;
  const tell = (message: Message): void => void process.send?.(message);

  process.on('message', (received: unknown) => {
    const message = asMessage(received);
    if (message?.kind === 'athanor:text') waiting.get(message.id)?.(message.text);
    else if (message?.kind === 'athanor:collect') {
      const { id } = message;
      void own.getMetricsAsJSON().then((metrics) => tell({ kind: 'athanor:collected', id, metrics }));
    }
  });
  return () =>
    new Promise((resolve, reject) => {
      last += 1;
      const id = last;
      const timer = setTimeout(() => {
        waiting.delete(id);
        reject(new Error('the primary process did not send metrics'));
      }, 2 * PATIENCE);
      waiting.set(id, (text) => {
        clearTimeout(timer);
        waiting.delete(id);
        resolve(text);
      });
      tell({ kind: 'athanor:wanted', id });
    });
}
