import './skewed-date.ts';
import { startApi } from '@cadenza/api/start';
import { labelledRuntime } from './labelled-runtime.ts';
import { obeyMonkey } from './obey.ts';

const reached = obeyMonkey();
const api = await startApi(process.env, (runtime) => labelledRuntime(runtime, reached));
process.once('SIGTERM', () => void api.stop().then(() => process.exit(0)));
