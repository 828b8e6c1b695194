export { fillCampaign } from './fill-campaign.ts';
export { freePorts } from './ports.ts';
export { openDatabase, type StackDatabase } from './postgres.ts';
export { answers, createProcess, type ProcessOptions, type StackProcess } from './process.ts';
export { startStack, type Stack, type StackOptions } from './stack.ts';
