// What the page's script is given: names, what each pair comes to, and the words for it. The script counts, filters and
// draws; it knows nothing of Istio.

export interface PageData {
  /** In the order of what deserves to be seen. */
  results: ResultData[];
  /** The namespaces that clients and servers are in. */
  boxes: BoxData[];
  clients: ClientData[];
  servers: ServerData[];
  answers: AnswerData[];
  /** Sorts of clients that come to the same; most servers part them alike. */
  sortSets: number[][];
  /** Texts that answers name by their place here. */
  texts: string[];
  /** What is asked for when the page opens, as on the command line. */
  asked: { from: string; to: string; show: string };
}

export interface ResultData {
  id: string;
  name: string;
  /** A sign that tells it without colour. */
  mark: string;
}

export interface BoxData {
  name: string;
  /** The pattern that means all of its clients. */
  clients: string;
  /** The pattern that means all of its servers. */
  servers: string;
}

export interface ClientData {
  name: string;
  /** Its name within its namespace. */
  short: string;
  /** The place of its namespace in `boxes`. */
  box: number;
  /** Clients of the same sort come to the same everywhere. */
  sort: number;
  /** Whether it has a sidecar. */
  sidecar: boolean;
  about: string;
}

export interface ServerData {
  name: string;
  short: string;
  box: number;
  /** Every sort of clients is in one of these. */
  groups: GroupData[];
}

export interface GroupData {
  /** The place of what it comes to in `answers`. */
  answer: number;
  /** The place of its sorts of clients in `sortSets`. */
  sorts: number;
  /** The client that the reasons speak of. */
  example: string;
}

export interface AnswerData {
  /** The place of its result in `results`. */
  result: number;
  words: string;
  /** Reasons with the codes of their rules, both by their places in `texts`. */
  reasons: { text: number; rule: number }[];
  notJudged: number[];
}
