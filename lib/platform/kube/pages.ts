import type { KubeObject } from '../../model/index.ts';
import { defaultLimits } from '../limits.ts';
import type { Kube } from './connection/connect.ts';
import { raw } from './connection/raw.ts';
import { within } from './connection/within.ts';

/** How many objects the API server is asked for at once. It is kubectl's own number. */
const PAGE = 500;

interface Page {
  metadata?: { continue?: string };
  items: KubeObject[];
}

/**
 * Returns all objects of a kind on the cluster, page by page, so that neither side holds a whole list of a large
 * cluster as text. If the list is so long under way that the API server no longer has the rest of it, it begins anew,
 * and takes the list in one piece.
 * @param kept what is kept of each object; the rest of a page is gone before the next is asked for
 * @param onPage gets how many objects a page had
 * @throws UsageError if the API server rejects a request; InconclusiveError if it fails, cannot be reached or is silent
 */
export async function listByPages(
  kube: Kube,
  { apiVersion, kind, resource }: { apiVersion: string; kind: string; resource: string },
  kept: (object: KubeObject) => KubeObject,
  onPage: (objects: number) => void = () => {},
): Promise<KubeObject[]> {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const pageAt = (query: string): Promise<Page> =>
    within(
      raw<Page>(kube, `${root}/${resource}${query}`),
      defaultLimits.apiLookMs,
      `${kube.label}, asked for ${resource},`,
    );
  // The items of a list have no kind.
  const keptOf = ({ items }: Page): KubeObject[] => items.map((item) => kept({ ...item, apiVersion, kind }));
  const found: KubeObject[] = [];
  let next = '';
  do {
    let page: Page;
    try {
      page = await pageAt(`?limit=${PAGE}${next === '' ? '' : `&continue=${encodeURIComponent(next)}`}`);
    } catch (error) {
      if (next === '' || !isExpired(error)) throw error;
      return keptOf(await pageAt(''));
    }
    found.push(...keptOf(page));
    onPage(page.items.length);
    next = page.metadata?.continue ?? '';
  } while (next !== '');
  return found;
}

function isExpired(error: unknown): boolean {
  return error instanceof Error && error.cause === 410;
}
