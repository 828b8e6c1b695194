import { migrateUp } from '@cadenza/database';
import { templateSetup } from '@cadenza/testing/template-setup';

export default templateSetup(migrateUp);
