import type { SubscriberDefinition } from '../fhir/subscriptions/definition.ts';
import type { Db } from '../storage/db.ts';
import { readListeners, type SubscriberRow } from '../storage/subscribers.ts';

/** A subscriber of whom events are kept. */
export interface Listener extends Omit<SubscriberRow, 'definition' | 'earlier'> {
  readonly definition: SubscriberDefinition;
  /** Transactions before `since` that are heard too. */
  readonly earlier: ReadonlySet<number>;
}

/** Those who listen, as this process knows them. */
export interface Listeners {
  /** Reads them again when table subscriber has another number than was read. */
  refresh(version: number): Promise<void>;
  readonly all: readonly Listener[];
}

export function createListeners(db: Db): Listeners {
  let all: readonly Listener[] = [];
  let known: number | undefined;
  return {
    get all() {
      return all;
    },
    async refresh(version) {
      if (known === version) return;
      all = (await readListeners(db)).map(listenerOf);
      known = version;
    },
  };
}

export function listenerOf(row: SubscriberRow): Listener {
  const earlier = new Set(JSON.parse(row.earlier) as readonly number[]);
  return { ...row, definition: JSON.parse(row.definition) as SubscriberDefinition, earlier };
}

export function keyText({ tenant, id }: { readonly tenant: number; readonly id: string }): string {
  return `${tenant} ${id}`;
}
