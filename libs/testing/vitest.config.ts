import { cadenzaVitest } from '../../vitest.shared.ts';

export default cadenzaVitest({ globalSetup: ['src/global-setup.ts'] });
