import { type Findings, isObject, type JsonObject } from './findings.ts';

const ANCHOR = 'message.content';

/** Reads `content`: text/plain first, then text/html, then anything else (RFC 1341 §7.2). */
export function readContent(
  body: JsonObject,
  findings: Findings,
): readonly { readonly type: string; readonly value: string }[] {
  const list = body['content'];
  if (list === undefined || (Array.isArray(list) && list.length === 0)) {
    if (typeof body['template_id'] !== 'string') {
      findings.add(
        'content',
        'Unless a valid template_id is provided, the content parameter is required. There must be at least one defined content block. We typically suggest both text/plain and text/html blocks are included, but only one block is required.',
        ANCHOR,
      );
    }
    return [];
  }
  if (!Array.isArray(list)) {
    findings.add('content', 'The content parameter must be an array.', ANCHOR);
    return [];
  }
  const blocks: { type: string; value: string }[] = [];
  for (let index = 0; index < list.length; index += 1) {
    const block: unknown = list[index];
    const { type, value }: JsonObject = isObject(block) ? block : {};
    if (typeof type !== 'string' || type.length === 0) {
      findings.add(
        `content.${index}.type`,
        'Your content type must be a string with length of at least one character.',
        `${ANCHOR}.type`,
      );
    } else if (/[;\r\n]/.test(type)) {
      findings.add(
        `content.${index}.type`,
        "Cannot contain ';', or CRLF characters.",
        `${ANCHOR}.type`,
      );
    }
    if (typeof value !== 'string' || value.length === 0) {
      findings.add(
        `content.${index}.value`,
        'The content value must be a string at least one character in length.',
        `${ANCHOR}.value`,
      );
    }
    if (typeof type === 'string' && typeof value === 'string') blocks.push({ type, value });
  }
  checkOrder(
    blocks.map((block) => block.type),
    findings,
  );
  return blocks;
}

function checkOrder(types: readonly string[], findings: Findings): void {
  const rank = (type: string): number => (type === 'text/plain' ? 0 : type === 'text/html' ? 1 : 2);
  let last = -1;
  for (const type of types) {
    const current = rank(type);
    if (current === last && current < 2) {
      findings.add(
        'content',
        'If present, text/plain and text/html may only be provided once.',
        null,
      );
      return;
    }
    if (current < last) {
      findings.add(
        'content',
        'Following RFC 1341, section 7.2, if either text/html or text/plain are to be sent in your email: text/plain needs to be first, followed by text/html, followed by any other content.',
        ANCHOR,
      );
      return;
    }
    last = current;
  }
}
