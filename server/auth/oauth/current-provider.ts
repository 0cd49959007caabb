import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import { keysVersion, readKeys, type Keys } from './keys.ts';
import type { Addresses, OAuthOptions } from './options.ts';
import { createProvider } from './provider.ts';

export interface CurrentProvider {
  get(): Promise<Provider>;
  /** Answers a request by the library. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** How soon (ms) keys that another process rotated are taken up. */
const CHECKED = 10_000;

interface Opened {
  readonly keys: Keys;
  readonly provider: Provider;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

/** The library takes its keys when it is made, so that it is made anew when they were rotated. */
export async function openCurrentProvider(options: OAuthOptions, addresses: Addresses): Promise<CurrentProvider> {
  const { db, sealer, now } = options;

  async function open(): Promise<Opened> {
    const keys = await readKeys(db, sealer, now());
    const provider = createProvider(options, addresses, keys);
    return { keys, provider, handle: provider.callback() };
  }

  let opened = open();
  await opened;
  let checkAt = now() + CHECKED;

  async function current(): Promise<Opened> {
    if (now() >= checkAt) {
      checkAt = now() + CHECKED;
      const before = opened;
      opened = (async () => {
        const known = await before;
        return (await keysVersion(db)) === known.keys.version ? known : await open();
      })();
      // While the database is away the keys of before go on.
      opened.catch(() => (opened = before));
    }
    return await opened;
  }

  return {
    get: async () => (await current()).provider,
    handle: async (request, response) => (await current()).handle(request, response),
  };
}
