import { defineModule } from '#sdk';

export default defineModule({
  name: 'console',
  title: 'Console',
  version: '0.1.0',
  depends: ['decision-support', 'medications', 'pharmacy', 'supply'],
  contributes: {
    site: './app',
    pages: [
      {
        path: '/patients',
        title: 'Patients',
        roles: ['physician', 'nurse', 'pharmacist', 'receptionist'],
        slot: 'main',
        entry: 'patients.tsx',
      },
      {
        path: '/chart',
        title: 'Chart',
        roles: ['physician', 'nurse', 'pharmacist'],
        slot: 'patient',
        entry: 'chart.tsx',
      },
      { path: '/prescribe', title: 'Prescribe', roles: ['physician'], slot: 'patient', entry: 'prescribe.tsx' },
      { path: '/dispense', title: 'Dispense', roles: ['pharmacist'], slot: 'main', entry: 'dispense.tsx' },
      { path: '/stock', title: 'Stock', roles: ['pharmacist', 'nurse'], slot: 'main', entry: 'stock.tsx' },
      {
        path: '/messages',
        title: 'HL7 messages',
        roles: ['lab', 'administrator'],
        slot: 'main',
        entry: 'messages.tsx',
      },
      { path: '/round', title: 'Medication round', roles: ['nurse'], slot: 'main', entry: 'round.tsx' },
    ],
  },
  code: () => import('./code.ts'),
});
