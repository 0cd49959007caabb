/** What waits, in the order of its turns: tenants take turns, so that one that asks for much keeps no other waiting. */
export interface Turns<T> {
  readonly waiting: number;
  add(tenant: number, item: T): void;
  next(): T | undefined;
}

export function createTurns<T>(): Turns<T> {
  const queues = new Map<number, T[]>();
  let waiting = 0;
  return {
    get waiting() {
      return waiting;
    },
    add(tenant, item) {
      const queue = queues.get(tenant);
      if (queue === undefined) queues.set(tenant, [item]);
      else queue.push(item);
      waiting += 1;
    },
    next() {
      const [entry] = queues;
      if (entry === undefined) return undefined;
      const [tenant, queue] = entry;
      const first = queue.shift();
      queues.delete(tenant);
      // Behind the other tenants.
      if (queue.length > 0) queues.set(tenant, queue);
      waiting -= 1;
      return first;
    },
  };
}
