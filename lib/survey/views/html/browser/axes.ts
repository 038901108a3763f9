import type { BoxData, PageData } from '../page-data.ts';

/** A side of the matrix: clients or servers one by one, or by their namespaces. */
export interface Axis {
  /** Whether each entry is one client or server. */
  isDetailed: boolean;
  entries: readonly Entry[];
}

export interface Entry {
  /** The place of its namespace in the data. */
  box: number;
  label: string;
  /** What it is called in sentences. */
  name: string;
  /** The pattern that means it. */
  pattern: string;
  /** The places of its clients or servers in the data. */
  members: readonly number[];
}

/** With more than these, a side is by namespace. */
const MOST_IN_DETAIL = 40;

interface Item {
  box: number;
  name: string;
  short: string;
}

/** Returns a side of the matrix for what is shown of it. */
export function axisOf(
  { boxes }: Pick<PageData, 'boxes'>,
  side: 'clients' | 'servers',
  items: readonly Item[],
  shown: readonly number[],
): Axis {
  const byBox = Map.groupBy(shown, (at) => items[at]?.box ?? -1);
  const isDetailed = shown.length <= MOST_IN_DETAIL || byBox.size === 1;
  if (!isDetailed)
    return { isDetailed, entries: [...byBox].map(([box, members]) => boxEntry(boxes, side, box, members)) };
  const entries = shown.map((at): Entry => {
    const { box, short, name } = items[at] as Item;
    return { box, label: short, name, pattern: name, members: [at] };
  });
  return { isDetailed, entries };
}

function boxEntry(boxes: readonly BoxData[], side: 'clients' | 'servers', box: number, members: number[]): Entry {
  const { name, [side]: pattern } = boxes[box] as BoxData;
  return { box, label: name, name: members.length === 1 ? name : `namespace ${name}`, pattern, members };
}
