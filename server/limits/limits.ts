import type { Principal } from '../access/principal.ts';
import { fault } from '../kernel/fault.ts';
import { createCounter, type Counter, type CounterOptions, type Tally } from './counter.ts';

/** Points a minute by who asks; 0: no limit. */
export interface LimitSettings {
  readonly address: number;
  readonly user: number;
  readonly client: number;
  readonly tenant: number;
  /** Attempts to sign in a minute from one address. */
  readonly signIn: number;
}

/** Keeps one sender from taking what the others need. Costs of requests: cost.ts. */
export interface Limits {
  /**
   * Counts a request before it is known whose it is.
   * @param sender see kernel/networks.ts
   * @throws Fault 429
   */
  arrive(sender: string, points: number): Promise<void>;
  /**
   * Counts a request for the account, the client and the tenant.
   * @returns what is left of the limit that is closest, as headers
   * @throws Fault 429
   */
  spend(principal: Principal, points: number): Promise<RateHeaders>;
  /** @throws Fault 429 */
  signIn(sender: string): Promise<void>;
}

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ */
export type RateHeaders = Readonly<Record<string, string>>;

const NO_HEADERS: RateHeaders = {};

export function createLimits(settings: LimitSettings, options: CounterOptions): Limits {
  const counter = (name: string, quota: number): Counter | undefined =>
    quota === 0 ? undefined : createCounter(name, quota, options);
  const address = counter('address', settings.address);
  const user = counter('user', settings.user);
  const client = counter('client', settings.client);
  const tenant = counter('tenant', settings.tenant);
  const signIn = counter('sign-in', settings.signIn);

  return {
    async arrive(sender, points) {
      if (address !== undefined) closest([await address.spend(sender, points)]);
    },
    async spend(principal, points) {
      if (principal.kind === 'server') return NO_HEADERS;
      const tallies: (Tally | Promise<Tally>)[] = [];
      if (user !== undefined && principal.account !== undefined) tallies.push(user.spend(principal.account, points));
      if (client !== undefined && principal.client !== undefined) tallies.push(client.spend(principal.client, points));
      if (tenant !== undefined) tallies.push(tenant.spend(String(principal.tenant), points));
      return closest(
        tallies.every(isCounted) ? tallies : await Promise.all(tallies.map((tally) => Promise.resolve(tally))),
      );
    },
    async signIn(sender) {
      if (signIn !== undefined) closest([await signIn.spend(sender, 1)]);
    },
  };
}

function isCounted(tally: Tally | Promise<Tally>): tally is Tally {
  return !(tally instanceof Promise);
}

/** @throws Fault 429 when one of the limits is exceeded */
function closest(tallies: readonly Tally[]): RateHeaders {
  let tight: Tally | undefined;
  for (const tally of tallies) {
    if (tally.isOver) throw exceeded(tally);
    if (tight === undefined || tally.left * tight.quota < tight.left * tally.quota) tight = tally;
  }
  return tight === undefined ? NO_HEADERS : headersOf(tight);
}

function headersOf({ name, quota, left, reset }: Tally): RateHeaders {
  return { 'RateLimit-Policy': `"${name}";q=${quota};w=60`, RateLimit: `"${name}";r=${left};t=${reset}` };
}

function exceeded(tally: Tally): Error {
  const wait = Math.max(1, tally.reset);
  const what =
    tally.name === 'sign-in'
      ? 'There were too many attempts to sign in from this address'
      : `The ${tally.quota} points a minute of this ${tally.name} are used up (a read costs 1, a search 20, a write 100)`;
  return fault('limits.exceeded', 429, 'throttled', `${what}; try again in ${wait} seconds.`, undefined, {
    headers: { ...headersOf({ ...tally, left: 0 }), 'Retry-After': String(wait) },
  });
}
