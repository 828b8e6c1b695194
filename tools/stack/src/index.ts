export { fillCampaign } from './fill-campaign.ts';
export { startStack, type Stack, type StackOptions } from './stack.ts';
export type { StackProcess } from './process.ts';
