import { defineProjection } from '#sdk';
import { faults } from '../faults.ts';
import { numberOf } from '../room.ts';

/** Which room has which number: each only one. */
export const numbers = defineProjection({
  name: 'rooms.numbers',
  version: 1,
  on: ['Location'],
  tables: ['room_number'],
  ddl: `create table @room_number (
    tenant smallint not null,
    id text not null,
    number text not null,
    primary key (tenant, id),
    constraint one_room_per_number unique (tenant, number)
  )`,
  constraints: { one_room_per_number: () => faults.numberTaken() },
  async project(images, tables) {
    for (const { before, after } of images) {
      if (before !== undefined) {
        await tables.query('delete from @room_number where tenant = $1 and id = $2', [tables.tenant, before.id]);
      }
      const number = after && numberOf(after);
      if (number !== undefined) {
        await tables.query('insert into @room_number (tenant, id, number) values ($1, $2, $3)', [
          tables.tenant,
          after?.id,
          number,
        ]);
      }
    }
  },
});
