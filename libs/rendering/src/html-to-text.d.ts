/** The part of html-to-text used here; the package brings no types of its own. */
declare module 'html-to-text' {
  interface Selector {
    readonly selector: string;
    readonly format?: string;
    readonly options?: Readonly<Record<string, unknown>>;
  }
  interface Options {
    readonly wordwrap?: number | false;
    readonly selectors?: readonly Selector[];
    readonly limits?: { readonly maxDepth?: number; readonly ellipsis?: string };
  }
  export function compile(options?: Options): (html: string) => string;
}
