import { defineModule } from '#sdk';

const WARD_TIMES =
  'MORN=08:00 MORN.early=07:00 MORN.late=10:00 NOON=12:00 AFT=15:00 AFT.early=14:00 AFT.late=16:00 EVE=18:00 EVE.early=17:00 ' +
  'EVE.late=20:00 NIGHT=22:00 PHS=23:00 HS=22:00 WAKE=07:00 CM=08:00 CD=12:30 CV=18:30 ' +
  '1/d=08:00 2/d=08:00,20:00 3/d=08:00,14:00,20:00 4/d=08:00,12:00,16:00,20:00';

/** An event of Timing.repeat.when, or doses a day, with times. */
const WARD_TIME =
  /^(?:[A-Z]+(?:\.(?:early|late))?|[1-9]\d?\/d)=(?:[01]\d|2[0-3]):[0-5]\d(?:,(?:[01]\d|2[0-3]):[0-5]\d)*$/;

function minutes(value: string): void {
  if (!/^(0|[1-9]\d{0,3})$/.test(value)) throw new Error('minutes, 0 to 9999.');
}

function names(value: string): void {
  if (!/^[a-z][a-z-]*( [a-z][a-z-]*)*$/.test(value)) throw new Error('names of roles with a space between them.');
}

export default defineModule({
  name: 'medications',
  title: 'Prescribing, refills and administration of medication',
  version: '0.1.0',
  depends: ['administration', 'decision-support', 'supply'],
  contributes: {
    profiles: './profiles',
    terminology: './terminology',
    access: './access',
    demo: './demo',
    settings: [
      {
        name: 'prescriber-roles',
        text: 'Roles whose holders bring orders into force, with a space between them.',
        default: 'physician',
        check: names,
      },
      {
        name: 'witness-roles',
        text: 'Codes of PractitionerRoles whose holders may witness that a dose is given, with a space between them.',
        default: 'nurse physician doctor pharmacist',
        check: names,
      },
      {
        name: 'witness-schedules',
        text: 'Controlled drugs of which a dose is given before a witness: CII, CIII, CIV, CV, with a space between them; none.',
        default: 'CII',
        check(value) {
          if (!/^(none|CI{1,3}V?|CI?V)( (CI{1,3}V?|CI?V))*$/.test(value))
            throw new Error('such as "CII CIII", or none.');
        },
      },
      {
        name: 'time-zone',
        text: 'Time zone of wards that name none, by its name in the IANA time zone database.',
        default: 'UTC',
        check(value) {
          if (!Intl.supportedValuesOf('timeZone').includes(value) && value !== 'UTC')
            throw new Error('a name such as Europe/Vienna.');
        },
      },
      {
        name: 'ward-times',
        text: 'When wards that say nothing else give what is ordered for an event of the day, or so many times a day.',
        default: WARD_TIMES,
        check(value) {
          if (!value.split(' ').every((entry) => WARD_TIME.test(entry))) {
            throw new Error('times of events and of doses a day, such as "MORN=08:00 HS=22:00 2/d=08:00,20:00".');
          }
        },
      },
      {
        name: 'early-minutes',
        text: 'How many minutes before it is due a dose may be given.',
        default: '60',
        check: minutes,
      },
      {
        name: 'late-minutes',
        text: 'After how many minutes a dose that is not recorded is overdue.',
        default: '60',
        check: minutes,
      },
      {
        name: 'refill-days',
        text: 'How many days before a supply ends somebody is told.',
        default: '7',
        check(value) {
          if (!/^[1-9]\d?$/.test(value)) throw new Error('days, 1 to 99.');
        },
      },
      {
        name: 'partner-origins',
        text: 'Origins of partner pharmacies to which prescriptions are sent, such as https://pharmacy.example.org, with a space between them; none.',
        default: 'none',
        check(value) {
          if (value === 'none') return;
          const isOrigin = (each: string): boolean => URL.canParse(each) && new URL(each).origin === each;
          if (!value.split(' ').every(isOrigin))
            throw new Error('origins such as https://pharmacy.example.org, or none.');
        },
      },
    ],
  },
  code: () => import('./code.ts'),
});
