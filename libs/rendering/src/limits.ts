/** Bounds on what a template may be and do. Every one of them is checked before it is exceeded. */
export interface TemplateLimits {
  /** Size of the source in bytes of UTF-8. */
  readonly maxTemplateBytes: number;
  /** Blocks (`if`, `unless`, `each`, `with`) inside one another; `else if` does not count. */
  readonly maxDepth: number;
  /** Expressions and block tags in one template: parsing costs more than linear time in them. */
  readonly maxTags: number;
  /** Size of what one template renders, in bytes of UTF-8, checked at each write. */
  readonly maxOutputBytes: number;
  /** Rounds of all `each` blocks of one rendering together. */
  readonly maxIterations: number;
  /** Expressions and blocks evaluated in one rendering; bounds loops that print nothing. */
  readonly maxSteps: number;
}

export const DEFAULT_LIMITS: TemplateLimits = {
  maxTemplateBytes: 256 * 1024,
  maxDepth: 5,
  maxTags: 1_000,
  maxOutputBytes: 1024 * 1024,
  maxIterations: 10_000,
  maxSteps: 500_000,
};

/** The longest single tag, from `{{` to `}}`. The parser's time grows with its square. */
export const MAX_TAG_LENGTH = 500;

/** The longest run of white space. Handlebars' white-space control takes its square in time. */
export const MAX_WHITESPACE_RUN = 500;

/** Sub-expressions in one tag, in all. The parser's time grows fast with their nesting. */
export const MAX_PARENTHESES = 10;

/** Sub-expressions inside one another, as in `{{upper (default a "b")}}`. */
export const MAX_SUBEXPRESSIONS = 3;

/** `else if` branches of one block. */
export const MAX_ELSE_BRANCHES = 50;
