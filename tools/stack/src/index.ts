export { fillCampaign } from './fill-campaign.ts';
export { freePorts } from './ports.ts';
export { openDatabase, type StackDatabase } from './postgres.ts';
export { postgresProblem } from './postgres-problem.ts';
export { answers, createProcess, type ProcessOptions, type StackProcess } from './process.ts';
export { redisProblem } from './redis-problem.ts';
export {
  appEnvironment,
  clockEnvironment,
  QUEUE_SCHEMA,
  SENDGRID_KEY,
  startStack,
  type Stack,
  type StackOptions,
} from './stack.ts';
