import { defineModule } from '#sdk';

export default defineModule({
  name: 'supply',
  title: 'Stock, suppliers and orders',
  version: '0.1.0',
  depends: ['administration'],
  contributes: {
    profiles: './profiles',
    search: './search',
    terminology: './terminology',
    access: './access',
    seed: './seed',
    demo: './demo',
    settings: [
      {
        name: 'late-entry-hours',
        text: 'How long after an issue it may be entered and still be judged by the day on which it happened; later, the lot must be usable today.',
        default: '72',
        check: wholeNumber,
      },
      {
        name: 'reservation-hours',
        text: 'How long a reservation lasts that does not say until when.',
        default: '48',
        check: wholeNumber,
      },
      {
        name: 'transit-days',
        text: 'After how many days on its way a transfer is overdue.',
        default: '3',
        check: wholeNumber,
      },
    ],
  },
  code: () => import('./code.ts'),
});

function wholeNumber(value: string): void {
  if (!/^[1-9]\d{0,3}$/.test(value)) throw new Error('a whole number, 1 to 9999.');
}
