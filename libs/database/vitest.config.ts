import { cadenzaVitest } from '../../vitest.shared.ts';

export default cadenzaVitest({
  globalSetup: ['@cadenza/testing/global-setup', 'test/support/migrated-template.ts'],
});
