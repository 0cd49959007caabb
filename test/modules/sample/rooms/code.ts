import type { ModuleCode } from '#sdk';
import { closedRoom } from './bots/closed-room.ts';
import { roomCard } from './cds/room-card.ts';
import { roomMoved } from './hl7/room-moved.ts';
import { close } from './operations/close.ts';
import { roomCount } from './operations/room-count.ts';
import { numbers } from './projections/numbers.ts';
import { roomList } from './reports/room-list.ts';
import { roomNumber } from './rules/room-number.ts';

export const code: ModuleCode = {
  rules: [roomNumber],
  operations: [close, roomCount],
  projections: [numbers],
  bots: [closedRoom],
  cdsServices: [roomCard],
  reports: [roomList],
  hl7Maps: [roomMoved],
  upgrades: [
    {
      to: '1.1.0',
      async run(clinic) {
        for (const room of await clinic.search('Location', 'room-number:missing=false')) {
          await clinic.change('Location', room.id, (before) => ({ ...before, description: 'known since 1.0' }));
        }
      },
    },
  ],
};
