import { defineModule } from '#sdk';

export default defineModule({
  name: 'diagnostics',
  title: 'Imaging orders and their numbers',
  version: '0.1.0',
  depends: ['administration'],
  contributes: { demo: './demo' },
  code: () => import('./code.ts'),
});
