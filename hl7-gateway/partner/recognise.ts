import { readNetworks, type Networks } from '../../server/kernel/networks.ts';
import type { Partner } from './partner.ts';

/** What of a message's way tells whose it is. */
export interface Sender {
  /** The listener's port. */
  readonly localPort: number;
  readonly remoteAddress: string;
  /** SHA-256 of the client's certificate, hex, lower case. */
  readonly certificate?: string;
  /** MSH-3: its components that have content. */
  readonly application: readonly string[];
  /** MSH-4. */
  readonly facility: readonly string[];
}

export type Recognised = { readonly partner: Partner } | { readonly partner: undefined; readonly isAmbiguous: boolean };

/**
 * The one active partner of whom all that is known holds.
 * @returns a function of the sender; two whom it fits are none
 */
export function recogniser(partners: readonly Partner[]): (sender: Sender) => Recognised {
  const known = partners.filter(({ isActive }) => isActive).map((partner) => ({ partner, fits: fitting(partner) }));
  return (sender) => {
    const [found, other] = known.filter(({ fits }) => fits(sender));
    return found === undefined || other !== undefined
      ? { partner: undefined, isAmbiguous: other !== undefined }
      : { partner: found.partner };
  };
}

function fitting({ recognition }: Partner): (sender: Sender) => boolean {
  const { port, application, facility, addresses, certificate } = recognition;
  const networks: Networks | undefined = addresses === undefined ? undefined : readNetworks(addresses.join());
  const isKnown = [port, application, facility, networks, certificate].some((each) => each !== undefined);
  return (sender) =>
    isKnown &&
    (port === undefined || port === sender.localPort) &&
    (application === undefined || sender.application.includes(application)) &&
    (facility === undefined || sender.facility.includes(facility)) &&
    (networks === undefined || networks.contains(sender.remoteAddress)) &&
    (certificate === undefined || certificate === sender.certificate);
}
