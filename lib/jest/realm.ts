import { types } from 'node:util';

// Jest runs tests in a VM realm of its own, where errors of Node's core are not `instanceof Error`:
// libraries that look at what was thrown would take them for rubbish.
Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, candidate: unknown): boolean {
    return this === Error
      ? types.isNativeError(candidate) || Function.prototype[Symbol.hasInstance].call(this, candidate)
      : Function.prototype[Symbol.hasInstance].call(this, candidate);
  },
});
