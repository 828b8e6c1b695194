import type { ViteUserConfig } from 'vitest/config';
import { cadenzaVitest } from '../../vitest.shared.ts';

// Of the SDK the modules that Node itself takes: those for bundlers name files without their endings.
const config: ViteUserConfig = {
  ...cadenzaVitest(),
  ssr: { resolve: { conditions: ['@cadenza/source', 'node'] } },
  resolve: { mainFields: ['main'] },
};

export default config;
