import { cadenzaVitest } from '../../vitest.shared.ts';

export default cadenzaVitest();
