import { defineRule } from '#sdk';
import { faults } from '../faults.ts';
import { numberOf } from '../room.ts';

/** A room's number can be read by those who look for it. */
export const roomNumber = defineRule({
  name: 'room-number',
  on: 'Location',
  change({ after }) {
    // Who writes a room means one, not a kind of room.
    return after === undefined || numberOf(after) === undefined ? after : { ...after, mode: 'instance' };
  },
  async check({ after }, context) {
    const number = after && numberOf(after);
    if (number === undefined) return;
    if (!/^\d\.\d\d$/.test(number)) throw faults.badNumber();
    await context.lock('rooms');
    const most = Number(context.setting('most-rooms'));
    if ((await context.count('Location', 'room-number:missing=false')) > most) throw faults.tooMany(most);
  },
});
