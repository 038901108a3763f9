/**
 * Splits the items into those that fit into a number of bytes of UTF-8, in order, and the rest.
 * @param textOf the text of an item; two bytes are added for the blank line after it
 */
export function fitting<T>(items: T[], bytes: number, textOf: (item: T) => string): { fit: T[]; left: T[] } {
  const encoder = new TextEncoder();
  let room = bytes;
  const { fit = [], left = [] } = Object.groupBy(items, (item) => {
    const size = encoder.encode(textOf(item)).length + 2;
    if (size > room) return 'left';
    room -= size;
    return 'fit';
  });
  return { fit, left };
}
