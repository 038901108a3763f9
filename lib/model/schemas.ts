// Schemas of what results keep of the model. They are a door of their own, since they load a library that the rest of this
// room does not need.

export { expectation, minor, outcome, protocol, reason, sentence } from './expected.ts';
