import { defineBot, type BotContext } from '#sdk';
import { isBed } from '../encounter/bed.ts';
import { isLiveStatus } from '../encounter/status.ts';

const SYSTEM = 'http://terminology.hl7.org/CodeSystem/v2-0116';
const OCCUPIED = { system: SYSTEM, code: 'O', display: 'Occupied' };
const UNOCCUPIED = { system: SYSTEM, code: 'U', display: 'Unoccupied' };

/** Beds say whether somebody has them. Who decides is the projection; what staff say of a bed that nobody has stays. */
export const bedStatus = defineBot<'Encounter'>({
  name: 'bed-status',
  title: 'Keeps Location.operationalStatus of beds',
  on: { criteria: 'Encounter?location:missing=false', interactions: ['create', 'update'] },
  async run({ resource }, context) {
    if (resource === undefined) return;
    const isLive = isLiveStatus(resource.status);
    const ids = (resource.location ?? []).flatMap(({ location, period }) => {
      const id = /^Location\/([^/]+)$/.exec(location.reference ?? '')?.[1];
      // Imported histories name places by the thousand that nobody had here.
      return id === undefined || (!isLive && period?.end === undefined) ? [] : [id];
    });
    for (const id of new Set(ids)) await settle(context, id);
  },
});

function settle(context: BotContext, id: string): Promise<void> {
  return context.inTransaction(async (clinic) => {
    // Several Encounters may have had the bed: the last one to be told of must not write what is over.
    await clinic.lock(`bed ${id}`);
    const location = await clinic.read('Location', id);
    if (location === undefined || !isBed(location)) return;
    const tables = await clinic.projection('administration.beds');
    const stays = await tables.query('select from @stay where tenant = $1 and location = $2', [tables.tenant, id]);
    const known = location.operationalStatus?.code;
    if (stays.length > 0 && known !== 'O') await clinic.update({ ...location, operationalStatus: OCCUPIED });
    if (stays.length === 0 && known === 'O') await clinic.update({ ...location, operationalStatus: UNOCCUPIED });
  });
}
