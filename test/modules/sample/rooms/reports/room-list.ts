import { defineReport } from '#sdk';
import { numberOf } from '../room.ts';

export const roomList = defineReport({
  id: 'room-list',
  title: 'Rooms',
  text: 'All rooms with their numbers.',
  roles: ['room-keeper'],
  input: {},
  columns: [
    { name: 'number', title: 'Number', type: 'string' },
    { name: 'status', title: 'Status', type: 'code' },
  ],
  async run(context) {
    const rooms = await context.search('Location', 'room-number:missing=false&_sort=name');
    return rooms.map((room) => [numberOf(room) ?? null, room.status ?? null]);
  },
});
