import { MOST_SMS_SEGMENTS, smsLength, type Problem } from '@cadenza/domain';
import type { Plan, PlanSendNode } from '../schema/plan-schema.ts';
import { EMAIL_ONLY_VARIABLES } from './variables.ts';

/** Segments from which on an author is told how dear a message is. */
const MANY_SEGMENTS = 3;

const EXPRESSION = /\{\{.*?\}\}/gs;
/** A block prints some of what stands in it, or prints it again and again. */
const BLOCK = /\{\{~?#/;

/** Problems of the bodies of text messages. */
export function smsProblems(plan: Plan): Problem[] {
  return smsNodes(plan).flatMap(([node, n]) => [
    ...variableProblems(node, n),
    ...lengthProblems(node, n),
  ]);
}

/** Text messages that their authors may not want to pay for. */
export function smsWarnings(plan: Plan): Problem[] {
  return smsNodes(plan).flatMap(([{ body }, n]): Problem[] => {
    const { encoding, segments } = smsLength(fixedText(body));
    if (segments <= MANY_SEGMENTS) return [];
    const why = encoding === 'ucs2' ? `, for which "${firstBeyondGsm(body)}" is to blame too` : '';
    return [
      {
        path: `nodes[${n}].body`,
        code: 'sms_many_segments',
        message: `what stands outside of variables takes ${segments} segments, each of which is paid for as a message${why}`,
      },
    ];
  });
}

function smsNodes(plan: Plan): (readonly [PlanSendNode, number])[] {
  return plan.nodes.flatMap((node, n) =>
    node.action === 'send' && node.channel === 'sms' ? [[node, n] as const] : [],
  );
}

function variableProblems({ body }: PlanSendNode, n: number): Problem[] {
  const expressions = body.match(EXPRESSION) ?? [];
  return EMAIL_ONLY_VARIABLES.filter((name) =>
    expressions.some((expression) => wordsOf(expression).includes(name)),
  ).map((name) => ({
    path: `nodes[${n}].body`,
    code: 'email_only_variable',
    message: `"${name}" belongs to e-mail, and has no value in an SMS${name === 'unsubscribeUrl' ? ': expected words such as "STOP to opt out"' : ''}`,
  }));
}

function wordsOf(expression: string): string[] {
  return expression.replace(/"[^"]*"|'[^']*'/g, '').match(/[\w.]+/g) ?? [];
}

/** With blocks nobody knows before which of it is printed: rendering refuses what is too long. */
function lengthProblems({ body }: PlanSendNode, n: number): Problem[] {
  const { segments } = smsLength(fixedText(body));
  if (segments <= MOST_SMS_SEGMENTS || BLOCK.test(body)) return [];
  return [
    {
      path: `nodes[${n}].body`,
      code: 'sms_too_long',
      message: `what stands outside of variables takes ${segments} segments: expected at most ${MOST_SMS_SEGMENTS}`,
    },
  ];
}

function fixedText(body: string): string {
  return body.replace(EXPRESSION, '');
}

function firstBeyondGsm(body: string): string {
  return [...fixedText(body)].find((character) => smsLength(character).encoding === 'ucs2') ?? '';
}
