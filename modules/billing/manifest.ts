import { defineModule } from '#sdk';

export default defineModule({
  name: 'billing',
  title: 'Prices, discounts and charges',
  version: '0.1.0',
  depends: ['administration', 'supply'],
  contributes: {
    profiles: './profiles',
    search: './search',
    terminology: './terminology',
    access: './access',
    demo: './demo',
    settings: [
      {
        name: 'time-zone',
        text: 'Time zone of the days on which prices are in force, where no place names one, by its name in the IANA time zone database.',
        default: 'UTC',
        check(value) {
          if (!Intl.supportedValuesOf('timeZone').includes(value) && value !== 'UTC')
            throw new Error('a name such as Europe/Vienna.');
        },
      },
    ],
  },
  code: () => import('./code.ts'),
});
