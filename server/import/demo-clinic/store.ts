import type { JsonObject } from '../../kernel/json.ts';

/** Collects resources; the same content always gets the same id. */
export interface Store {
  /** Adds a resource under a readable id and answers a reference to it. */
  add(type: string, id: string, content: JsonObject): { readonly reference: string };
  /** Entries of a transaction that PUTs every resource. */
  readonly entries: readonly JsonObject[];
}

export function createStore(): Store {
  const entries: JsonObject[] = [];
  return {
    entries,
    add(type, id, content) {
      const reference = `${type}/demo-${id}`;
      entries.push({
        resource: { resourceType: type, id: `demo-${id}`, ...content },
        request: { method: 'PUT', url: reference },
      });
      return { reference };
    },
  };
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** The demo clinic's today; its data do not change from day to day, so that loading them again changes nothing. */
const TODAY = Date.UTC(2026, 5, 1);

/** `YYYY-MM-DD` */
export function day(offset: number): string {
  return new Date(TODAY + offset * DAY).toISOString().slice(0, 10);
}

export function instant(offset: number, minutes: number): string {
  return new Date(TODAY + offset * DAY + minutes * MINUTE).toISOString().replace('.000Z', 'Z');
}
