import type { BoxData, ClientData, PageData, ServerData } from '../page-data.ts';

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
  /** What its name is followed by. */
  note: string;
  /** The pattern that means it. */
  pattern: string;
  /** The places of its clients or servers in the data. */
  members: readonly number[];
}

/** With more than these, a side is by namespace. */
const MOST_IN_DETAIL = 40;

type Item = ServerData | ClientData;

/** Returns a side of the matrix for what is shown of it. */
export function axisOf(
  { boxes }: Pick<PageData, 'boxes'>,
  side: 'clients' | 'servers',
  items: readonly Item[],
  shown: readonly number[],
): Axis {
  const byBox = Map.groupBy(shown, (at) => items[at]?.box ?? -1);
  const isDetailed = shown.length <= MOST_IN_DETAIL || byBox.size === 1;
  if (!isDetailed) {
    const entries = [...byBox].map(([box, members]) => ({
      ...boxEntry(boxes[box] as BoxData, side, members.length),
      box,
      note: noteOf(items, members),
      members,
    }));
    return { isDetailed, entries };
  }
  const entries = shown.map((at): Entry => {
    const { box, short, name } = items[at] as Item;
    return { box, label: short, name, note: noteOf(items, [at]), pattern: name, members: [at] };
  });
  return { isDetailed, entries };
}

function boxEntry(
  { name, ...patterns }: BoxData,
  side: 'clients' | 'servers',
  members: number,
): Pick<Entry, 'label' | 'name' | 'pattern'> {
  return { label: name, name: members === 1 ? name : `namespace ${name}`, pattern: patterns[side] };
}

/** Clients without a sidecar speak plain text, whatever the policies. */
function noteOf(items: readonly Item[], members: readonly number[]): string {
  const isBare = members.every((at) => {
    const item = items[at];
    return item !== undefined && 'sidecar' in item && !item.sidecar;
  });
  return isBare ? 'no sidecar' : '';
}
