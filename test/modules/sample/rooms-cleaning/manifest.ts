import { defineModule } from '#sdk';

export default defineModule({
  name: 'rooms-cleaning',
  title: 'Rooms are cleaned',
  version: '1.0.0',
  depends: ['rooms', 'cleaning'],
  autoEnable: true,
  contributes: {},
  code: () => import('./code.ts'),
});
