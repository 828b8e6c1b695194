export {
  createTenant,
  startDemoCampaign,
  type DemoLimit,
  type RunningCampaign,
} from './campaign.ts';
export { readOpenWork, type OpenWork, type Waiting } from './open-work.ts';
export { mailNode, planOf } from './plans.ts';
export { readProgress, waitForEnd, type Progress, type WaitOptions } from './progress.ts';
export { endStates, readReport, type CampaignReport, type NodeFunnel } from './report.ts';
