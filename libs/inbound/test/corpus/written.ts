import type { Language } from './fixture.ts';
import type { Headers } from './mime.ts';

export interface Written {
  readonly language: Language;
  readonly from?: string;
  readonly subject?: string;
  readonly text: string;
  readonly headers?: Headers;
}

export const PERSON = 'Kim Doe <kim@example.org>';
