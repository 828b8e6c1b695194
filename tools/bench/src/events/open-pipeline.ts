import { openPipeline, type Pipeline, type PipelineOptions } from '../send/pipeline.ts';
import { EVENTS_PLAN } from './plan.ts';

/** A pipeline for campaigns whose mails are opened, clicked, or met with silence. */
export function openEventsPipeline(
  options: Omit<PipelineOptions, 'concurrency' | 'plan'>,
): Promise<Pipeline> {
  return openPipeline({ ...options, concurrency: 200, plan: EVENTS_PLAN });
}
