import { accessOf, type DeliveryContext } from './deliver-subscription.ts';
import type { Listener } from './listeners.ts';
import type { Matched } from './match-changes.ts';
import { Hopeless } from './target.ts';
import { versionText } from '../storage/changes.ts';
import { knownChanges } from './visible-event.ts';

/**
 * Those matches of which the owners of the Subscriptions may know now: others are no events, so that neither the number of
 * events nor gaps between their numbers tell that something matched. Of an owner who may do nothing any more all are kept,
 * for whoever requests the Subscription again; whether they are told is decided when they are delivered.
 */
export async function toldChanges(
  context: DeliveryContext,
  matched: readonly Matched[],
  onError: (error: unknown) => void,
): Promise<readonly Matched[]> {
  const listeners = new Set(matched.map(({ listener }) => listener));
  const withheld = new Set<Matched>();
  for (const listener of listeners) {
    const own = matched.filter((each) => each.listener === listener);
    for (const each of await unknownTo(context, listener, own, onError)) withheld.add(each);
  }
  return withheld.size === 0 ? matched : matched.filter((each) => !withheld.has(each));
}

async function unknownTo(
  context: DeliveryContext,
  listener: Listener,
  matched: readonly Matched[],
  onError: (error: unknown) => void,
): Promise<readonly Matched[]> {
  if (listener.owner === null) return [];
  try {
    const access = await accessOf(context, listener);
    if (access.isUnrestricted) return [];
    const changes = matched.map(({ change }) => change);
    const versions = new Map(matched.map(({ version }) => [versionText(version), version]));
    const known = await knownChanges(context.engine, access, listener, changes, versions);
    const told = new Set(known.map(({ change }) => change));
    return matched.filter(({ change }) => !told.has(change));
  } catch (error) {
    if (!(error instanceof Hopeless)) onError(error);
    return [];
  }
}
