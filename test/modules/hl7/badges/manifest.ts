import { defineModule } from '#sdk';

export default defineModule({
  name: 'badges',
  title: 'Visitors’ badges, as a door system tells of them',
  version: '1.0.0',
  depends: [],
  contributes: {},
  code: () => import('./code.ts'),
});
