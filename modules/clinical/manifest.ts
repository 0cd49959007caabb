import { defineModule } from '#sdk';

export default defineModule({
  name: 'clinical',
  title: 'Clinical record: problems, allergies, vital signs, immunisations, notes',
  version: '0.1.0',
  depends: ['administration'],
  contributes: {
    profiles: './profiles',
    terminology: './terminology',
    access: './access',
    seed: './seed',
    demo: './demo',
    settings: [
      {
        name: 'zone',
        text: 'IANA time zone of the days of the record, where a Location says no other.',
        default: 'UTC',
        check(value) {
          try {
            new Intl.DateTimeFormat('en', { timeZone: value });
          } catch {
            throw new Error('a name of the IANA time zone database, such as Europe/Vienna.');
          }
        },
      },
      {
        name: 'unsigned-note-hours',
        text: 'Hours after which the author is reminded of a note that is not signed.',
        default: '24',
        check(value) {
          if (!/^[1-9]\d{0,3}$/.test(value)) throw new Error('a whole number of hours, 1 to 9999.');
        },
      },
    ],
  },
  code: () => import('./code.ts'),
});
