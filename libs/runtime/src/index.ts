export { queuePrefix } from './key-names.ts';
export { startPeriodic, type Periodic } from './periodic.ts';
export { runApp, type RunningApp } from './run-app.ts';
export { openLimiter, openRuntime, type Runtime, type RuntimeOptions } from './runtime.ts';
