/**
 * Parts the items into those that fit into so many bytes of UTF-8, each in its turn, and those that are left.
 * @param textOf what an item takes room with, besides the blank line that follows it
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

/** Returns the first lines, and of those beyond so many their number in one line more. */
export function atMost(lines: string[], most: number): string[] {
  return lines.length <= most ? lines : [...lines.slice(0, most), `and ${lines.length - most} more`];
}
