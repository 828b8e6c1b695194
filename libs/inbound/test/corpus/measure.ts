import {
  classifyInbound,
  parseMime,
  type InboundClass,
  type InboundClassType,
} from '../../src/index.ts';
import { bytesOf, type Fixture, NOW } from './fixture.ts';

export const TYPES: readonly InboundClassType[] = [
  'human',
  'out_of_office',
  'auto_reply',
  'bounce',
  'complaint',
  'opt_out',
  'forwarded',
];

export interface Judged {
  readonly fixture: Fixture;
  readonly answer: InboundClass;
}

export async function judge(fixtures: readonly Fixture[]): Promise<Judged[]> {
  return Promise.all(
    fixtures.map(async (fixture) => {
      const mail = await parseMime(bytesOf(fixture));
      return {
        fixture,
        answer: classifyInbound(mail, {
          now: fixture.at === undefined ? NOW : Date.parse(fixture.at),
        }),
      };
    }),
  );
}

export interface Figures {
  readonly mails: number;
  /** Of those that were called so, the share that were. */
  readonly precision: number;
  /** Of those that were, the share that was called so. */
  readonly recall: number;
}

export function figuresOf(judged: readonly Judged[], type: InboundClassType): Figures {
  const are = judged.filter(({ fixture }) => fixture.type === type);
  const called = judged.filter(({ answer }) => answer.type === type);
  const right = are.filter(({ answer }) => answer.type === type).length;
  return {
    mails: are.length,
    precision: called.length === 0 ? 1 : right / called.length,
    recall: are.length === 0 ? 1 : right / are.length,
  };
}

export function table(judged: readonly Judged[]): string {
  return TYPES.map((type) => {
    const { mails, precision, recall } = figuresOf(judged, type);
    return `  ${type.padEnd(14)} ${String(mails).padStart(3)} mails  precision ${precision.toFixed(3)}  recall ${recall.toFixed(3)}`;
  }).join('\n');
}

export const nameOf = ({ language, system, type, name }: Fixture) =>
  `${language} ${system}: ${type}, ${name}`;
