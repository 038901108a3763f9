import { types } from 'node:util';

// Jest runs tests in a VM with its own globals, where errors of Node's core are not `instanceof Error`. Libraries that
// check thrown errors would not recognise them.
Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, candidate: unknown): boolean {
    return this === Error
      ? types.isNativeError(candidate) || Function.prototype[Symbol.hasInstance].call(this, candidate)
      : Function.prototype[Symbol.hasInstance].call(this, candidate);
  },
});
