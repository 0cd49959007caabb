import { defineCdsService } from '#sdk';

export const roomCard = defineCdsService({
  id: 'room-card',
  hook: 'encounter-start',
  title: 'Rooms',
  text: 'Says how many rooms are open.',
  async run(_request, context) {
    const open = await context.count('Location', 'room-number:missing=false&status=active');
    return { cards: [{ summary: `${open} rooms are open`, indicator: 'info', source: { label: 'Rooms' } }] };
  },
});
