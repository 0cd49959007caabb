import { defineRule } from '#sdk';
import { isBed, isOpen } from '../encounter/bed.ts';
import { heldPlaces } from '../encounter/places.ts';
import { faults } from '../faults.ts';

/** Nobody is put into a bed that is closed, is being cleaned or must be. That it is free keeps the projection of beds. */
export const openBed = defineRule<'Encounter'>({
  name: 'open-bed',
  on: 'Encounter',
  async check({ before, after }, context) {
    if (after === undefined) return;
    const held = new Set(before === undefined ? [] : heldPlaces(before).map(({ location }) => location));
    for (const { location } of heldPlaces(after)) {
      if (held.has(location)) continue;
      const place = await context.read('Location', location);
      if (place !== undefined && isBed(place) && !isOpen(place)) throw faults.bedClosed();
    }
  },
});
