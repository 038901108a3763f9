import { type KubeObject, nameOf } from '../../../model/index.ts';
import type { Looked } from '../../record/looked.ts';

/** Returns who made an object, in a few words. */
export type Maker = (object?: KubeObject) => string;

/** The usual answer. */
export const somebody: Maker = () => 'somebody else';

/** Returns the key of an object in the makers of a record: its uid or, where that is not known, its name. */
export function keyOf(object: KubeObject): string {
  return object.metadata.uid ?? nameOf(object);
}

/** Returns who made an object, by the makers of a record. */
export function makerIn(makers: Looked['makers']): Maker {
  return (object) => (object && makers[keyOf(object)]) ?? somebody(object);
}

/** Returns who made an object, if it is known that another run did. */
export function otherThanSomebody(object: KubeObject, maker: Maker): { by?: string } {
  const by = maker(object);
  return by === somebody() ? {} : { by };
}
