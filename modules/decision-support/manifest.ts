import { defineModule } from '#sdk';

export default defineModule({
  name: 'decision-support',
  title: 'Decision support for drugs',
  version: '0.1.0',
  depends: ['administration'],
  contributes: {
    profiles: './profiles',
    terminology: './terminology',
    access: './access',
  },
  code: () => import('./code.ts'),
});
