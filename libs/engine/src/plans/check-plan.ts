import { InvalidInputError, type Problem } from '@cadenza/domain';
import { parsePlan, type ParsePlanResult } from '@cadenza/plan';
import { compileMessage, compileSms, type OwnLink } from '@cadenza/rendering';

/** Where a problem of a template lies: the part, and the place in its source. */
const PLACE = /^(subject|body|text) (.+)$/;

/**
 * Checks a plan as whoever brings one must: besides {@link parsePlan}, which knows no grammar of
 * templates, each message is compiled as it will be to be sent, so that no plan is taken whose mails
 * could only fail.
 *
 * Plans that are stored are read by `parsePlan` alone: a rule of rendering that came later must not
 * keep their people from moving.
 */
export function checkPlan(input: unknown): ParsePlanResult {
  const parsed = parsePlan(input);
  if (!parsed.ok) return parsed;
  const messages = parsed.plan.source.nodes.flatMap((node, n) => {
    if (node.action !== 'send') return [];
    // A subject that is taken from another node's message is told of there.
    const { subject = '', body, text } = node;
    if (node.channel === 'sms') return [checkSms(body, n)];
    return [checkMessage({ subject, body, ...(text === undefined ? {} : { text }) }, n)];
  });
  const problems = messages.flatMap((message) => message.problems);
  if (problems.length > 0) return { ok: false, problems };
  return {
    ...parsed,
    warnings: [...parsed.warnings, ...messages.flatMap(({ warnings }) => warnings)],
  };
}

interface CheckedMessage {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

function checkMessage(source: Parameters<typeof compileMessage>[0], n: number): CheckedMessage {
  return checked(() => linkWarnings(compileMessage(source).ownLink, `nodes[${n}].body`), n);
}

function checkSms(body: string, n: number): CheckedMessage {
  return checked(() => {
    compileSms(body);
    return [];
  }, n);
}

/** @param compile answers with warnings. */
function checked(compile: () => readonly Problem[], n: number): CheckedMessage {
  try {
    return { problems: [], warnings: compile() };
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    const problems = error.problems.map(({ path, message }) => {
      const [, part = path, place = '1:1'] = PLACE.exec(path) ?? [];
      return {
        path: `nodes[${n}].${part}`,
        code: 'template_refused',
        message: `${place}: ${message}`,
      };
    });
    return { problems, warnings: [] };
  }
}

/** Every mail ends up with a link that is seen: its author is told where theirs is none. */
function linkWarnings(ownLink: OwnLink, path: string): Problem[] {
  switch (ownLink) {
    case 'unseen':
      return [
        {
          path,
          code: 'unsubscribe_unseen',
          message:
            'unsubscribeUrl is printed where nobody can follow it, so another link is put at the end: expected it as the whole href of a link that shows something, or as text',
        },
      ];
    case 'sometimes':
      return [
        {
          path,
          code: 'unsubscribe_sometimes',
          message:
            'unsubscribeUrl stands in a block that may not be printed, and where it is not, a link is put at the end: expected it outside of blocks',
        },
      ];
    case 'shown':
    case 'none':
      return [];
  }
}
