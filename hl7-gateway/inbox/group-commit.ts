import { insertMessages, type ArrivedMessage, type Stored } from '../store/insert-messages.ts';
import { StoreUnavailable, type Store } from '../store/open-store.ts';

/** Stores messages durably, those that arrive while others are being stored together: one flush to disk serves them all. */
export interface GroupCommit {
  /** Resolves when the message is on disk. @throws StoreUnavailable; any other error is about this message */
  store(message: ArrivedMessage): Promise<Stored>;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
}

interface Waiting {
  readonly message: ArrivedMessage;
  readonly resolve: (stored: Stored) => void;
  readonly reject: (error: unknown) => void;
  asked: number;
}

/** Others that store the same message are done the next time it is asked about. */
const MOST_ASKED = 10;
const MOST_MESSAGES = 500;
const MOST_BYTES = 8_388_608;

/** One group at a time: what arrived first is stored first. */
export function openGroupCommit(store: Store): GroupCommit {
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      // What arrives in the same turn of the event loop belongs to this group already.
      await new Promise((resolve) => setImmediate(resolve));
      const { group, rest } = nextGroup(waiting);
      waiting = rest;
      const again = await storeGroup(store, group);
      waiting = [...again, ...waiting];
    }
  }

  return {
    store: (message) =>
      new Promise((resolve, reject) => {
        waiting.push({ message, resolve, reject, asked: 0 });
        running ??= flush().finally(() => (running = undefined));
      }),
    settled: async () => running,
  };
}

/** Of messages with one control id only the first: the second is judged when the first is there. */
function nextGroup(waiting: readonly Waiting[]): { readonly group: readonly Waiting[]; readonly rest: Waiting[] } {
  const keys = new Set<string>();
  const group: Waiting[] = [];
  const rest: Waiting[] = [];
  let bytes = 0;
  for (const each of waiting) {
    const key = `${each.message.partner}\n${each.message.controlId}`;
    const fits =
      group.length < MOST_MESSAGES && (group.length === 0 || bytes + each.message.bytes.length <= MOST_BYTES);
    if (!fits || keys.has(key)) {
      rest.push(each);
      continue;
    }
    keys.add(key);
    bytes += each.message.bytes.length;
    group.push(each);
  }
  return { group, rest };
}

/** @returns those that have to be asked about again */
async function storeGroup(store: Store, group: readonly Waiting[]): Promise<readonly Waiting[]> {
  let stored: readonly (Stored | undefined)[];
  try {
    stored = await insertMessages(
      store,
      group.map(({ message }) => message),
    );
  } catch (error) {
    if (group.length === 1 || error instanceof StoreUnavailable) {
      for (const { reject } of group) reject(error);
      return [];
    }
    // One of them is what the database does not take; the others are not to suffer for it.
    const again: Waiting[] = [];
    for (const one of group) again.push(...(await storeGroup(store, [one])));
    return again;
  }
  return group.filter((each, place) => {
    const one = stored[place];
    each.asked += 1;
    if (one !== undefined) each.resolve(one);
    else if (each.asked >= MOST_ASKED) each.reject(new Error('A message is neither stored nor found.'));
    return one === undefined && each.asked < MOST_ASKED;
  });
}
