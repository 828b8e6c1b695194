import { createMemoryLimiter } from '../src/index.ts';
import { limiterConformance } from './conformance.ts';

limiterConformance(
  'the memory limiter',
  async (options) => {
    const limiter = createMemoryLimiter(options);
    return { limiters: [limiter], reset: () => limiter.close(), dispose: () => limiter.close() };
  },
  { runs: 500 },
);
