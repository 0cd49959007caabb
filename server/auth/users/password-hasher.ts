import { hash, parseOptions, verify } from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';
import { fault } from '../../kernel/fault.ts';

/** KiB, passes, lanes: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** More than two at a time fill libuv's pool: other cryptography of the process waited 266 ms behind 16 hashes. */
const AT_ONCE = 2;
const MOST_WAITING = 50;

/** Argon2id. Its functions reject with 503 when too many wait. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** The same work is done when there is no hash to compare with. */
  verify(encoded: string | undefined, password: string): Promise<boolean>;
  /** Whether the hash was made with less work than new ones are. */
  isOutdated(encoded: string): boolean;
}

export function createPasswordHasher(): PasswordHasher {
  const nobody = hashOfNobody();
  const waiting: (() => void)[] = [];
  let running = 0;

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running < AT_ONCE) running += 1;
    else {
      if (waiting.length >= MOST_WAITING) throw busy();
      // Whoever finishes passes its place on.
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  }

  return {
    hash: (password) => inTurn(() => hash(comparable(password), PARAMETERS)),
    verify: async (encoded, password) =>
      (await inTurn(() => verify(encoded ?? nobody, comparable(password)))) && encoded !== undefined,
    isOutdated(encoded) {
      const { memoryCost, timeCost, parallelism } = parseOptions(encoded);
      return (
        memoryCost < PARAMETERS.memoryCost || timeCost < PARAMETERS.timeCost || parallelism < PARAMETERS.parallelism
      );
    },
  };
}

/** The same characters, whichever keyboard they were typed on: NIST SP 800-63B-4 §3.1.1.2. */
export function comparable(password: string): string {
  return password.normalize('NFKC');
}

function hashOfNobody(): string {
  const { memoryCost, timeCost, parallelism } = PARAMETERS;
  const random = (bytes: number): string => randomBytes(bytes).toString('base64').replaceAll('=', '');
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${random(16)}$${random(32)}`;
}

function busy(): Error {
  return fault('auth.busy', 503, 'transient', 'Too many people sign in at this moment; try again shortly.', undefined, {
    headers: { 'Retry-After': '2' },
  });
}
