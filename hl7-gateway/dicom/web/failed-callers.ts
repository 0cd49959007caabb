import { HttpRefusal } from '../../http/http-refusal.ts';

/** Keeps those whose tokens are no good from spending what the FHIR server allows the gateway's address. */
export interface FailedCallers {
  /** @throws HttpRefusal 429 when too many tokens that came from there were no good */
  expectFew(address: string): void;
  /** One more. */
  failed(address: string): void;
}

/** Of one address, in so many ms. */
const MOST = 100;
const PERIOD = 60_000;
const MOST_ADDRESSES = 10_000;

/** @param now milliseconds of the epoch */
export function createFailedCallers(now: () => number): FailedCallers {
  const failures = new Map<string, { count: number; readonly until: number }>();
  const current = (address: string): { count: number; readonly until: number } | undefined => {
    const known = failures.get(address);
    return known !== undefined && known.until > now() ? known : undefined;
  };
  return {
    expectFew(address) {
      const known = current(address);
      if (known === undefined || known.count < MOST) return;
      const seconds = Math.ceil((known.until - now()) / 1000);
      throw new HttpRefusal(429, 'throttled', 'Too many requests without a token that is good.', {
        'Retry-After': String(seconds),
      });
    },
    failed(address) {
      const known = current(address);
      if (known !== undefined) {
        known.count += 1;
        return;
      }
      if (failures.size >= MOST_ADDRESSES) failures.clear();
      failures.set(address, { count: 1, until: now() + PERIOD });
    },
  };
}
