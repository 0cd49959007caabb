import { defineModule } from '#sdk';

export default defineModule({
  name: 'administration',
  title: 'Patient administration',
  version: '0.1.0',
  depends: [],
  contributes: {
    profiles: './profiles',
    terminology: './terminology',
    access: './access',
    demo: './demo',
  },
  code: () => import('./code.ts'),
});
