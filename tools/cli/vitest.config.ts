import { cadenzaVitest } from '../../vitest.shared.ts';

export default cadenzaVitest({ globalSetup: ['@cadenza/testing/global-setup'] });
