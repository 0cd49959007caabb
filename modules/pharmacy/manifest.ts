import { defineModule } from '#sdk';

export default defineModule({
  name: 'pharmacy',
  title: 'Dispensing, sale, ward stock and controlled substances',
  version: '0.1.0',
  depends: ['administration', 'supply', 'medications'],
  contributes: {
    profiles: './profiles',
    search: './search',
    terminology: './terminology',
    access: './access',
    demo: './demo',
    settings: [
      {
        name: 'uncollected-days',
        text: 'After how many days what was prepared for a patient and not collected goes back into stock.',
        default: '10',
        check(value) {
          if (!/^[1-9]\d{0,2}$/.test(value)) throw new Error('a whole number, 1 to 999.');
        },
      },
    ],
  },
  code: () => import('./code.ts'),
});
