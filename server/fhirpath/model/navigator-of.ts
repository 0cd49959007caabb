import type { Definitions } from '../../definitions/definitions.ts';
import { createNavigator, type Navigator } from './navigate.ts';

const navigators = new WeakMap<Definitions, Navigator>();

/** The navigator of definitions; its plans are made once. */
export function navigatorOf(definitions: Definitions): Navigator {
  let known = navigators.get(definitions);
  if (known === undefined) navigators.set(definitions, (known = createNavigator(definitions)));
  return known;
}
