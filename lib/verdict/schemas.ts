// Schemas of what results keep of verdicts. They are a door of their own, since they load a library that the rest of this
// room does not need.

export { count, ms, verdict } from './fields.ts';
export { judgement, sensitivity, verdictReasons } from './judgement.ts';
