import { migrateUp } from '../../src/index.ts';
import { templateSetup } from '@cadenza/testing/template-setup';

export default templateSetup(migrateUp);
