import { defineModule } from '#sdk';

export default defineModule({
  name: 'rooms',
  title: 'Rooms of a clinic',
  version: '1.1.0',
  depends: [],
  contributes: {
    profiles: './profiles',
    search: './search',
    terminology: './terminology',
    access: './access',
    seed: './seed',
    demo: './demo',
    pages: [
      { path: '/rooms', title: 'Rooms', roles: ['room-keeper'], slot: 'main', entry: 'rooms.js' },
      { path: '/rooms/plan', title: 'Plan of the house', roles: [], slot: 'main', entry: 'plan.js' },
    ],
    settings: [
      {
        name: 'most-rooms',
        text: 'How many rooms the clinic can have.',
        default: '100',
        check(value) {
          if (!/^[1-9]\d{0,3}$/.test(value)) throw new Error('a whole number, 1 to 9999.');
        },
      },
    ],
  },
  code: () => import('./code.ts'),
});
