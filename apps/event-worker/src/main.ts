import { requireNode } from '@cadenza/runtime/node-version';

requireNode();
const { run } = await import('./run.ts');
await run(process.env);
