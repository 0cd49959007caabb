import { defineModule } from '#sdk';

export default defineModule({
  name: 'cleaning',
  title: 'Cleaning',
  version: '1.0.0',
  depends: [],
  contributes: {},
  code: () => import('./code.ts'),
});
