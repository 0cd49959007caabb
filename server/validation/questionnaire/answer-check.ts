import type { Walk } from '../walk.ts';
import type { TypedValue } from './item-extensions.ts';

/** A check of an answer that has the type of its item; the path leads to its value. */
export type AnswerCheck = (answer: TypedValue, walk: Walk) => void;
