import type { Interval, Judgement } from '../../verdict/index.ts';
import { duration } from '../parts/words.ts';
import { html, type Markup } from './markup.ts';

type WithTimeline = Pick<Judgement, 'timeline' | 'firstRightMs' | 'lastWrongMs'>;

/** Returns the end of an axis that fits all of these timelines, in milliseconds, rounded up to tenths of a second. */
export function axisEnd(all: WithTimeline[]): number {
  const latest = all.flatMap(({ timeline }) => timeline).reduce((most, { toMs }) => Math.max(most, toMs), 1);
  return Math.ceil(latest / 100) * 100;
}

/**
 * Returns a timeline as a bar: solid while answers were right, hatched while wrong, dashed while nothing could be
 * observed.
 * @param endMs the end of its axis
 */
export function intervalBar(cell: WithTimeline, endMs: number): Markup {
  const { timeline, firstRightMs, lastWrongMs } = cell;
  const x = (ms: number) => percent(ms, endMs);
  const interval = ({ state, fromMs, toMs }: Interval) =>
    html`<rect class="${state}" x="${x(fromMs)}" width="${x(toMs - fromMs)}" y="${state === 'right' ? 7 : 4}" height="${state === 'right' ? 4 : 10}"/>`;
  // If nothing was wrong, the bar itself starts with the first right answer, so it needs no marks.
  const moment = (name: string, ms: number | undefined) =>
    ms === undefined || lastWrongMs === undefined
      ? ''
      : html`<line class="${name}" x1="${x(ms)}" x2="${x(ms)}" y1="1" y2="17"/>`;
  return html`<svg class="bar" role="img" aria-label="${intervalWords(cell)}" width="100%" height="18"><line class="base" x1="0" x2="100%" y1="9" y2="9"/>${drawn(timeline, endMs).map(interval)}${moment('last-wrong', lastWrongMs)}${moment('first-right', firstRightMs)}</svg>`;
}

/** Returns the axis of such bars; it is hidden from screen readers. */
export function intervalAxis(endMs: number): Markup {
  const tick = (ms: number) => {
    const anchor = ms === 0 ? 'start' : ms / endMs > 0.9 ? 'end' : 'middle';
    return html`<line x1="${percent(ms, endMs)}" x2="${percent(ms, endMs)}" y1="13" y2="17"/><text x="${percent(ms, endMs)}" y="10" text-anchor="${anchor}">${tickWords(ms)}</text>`;
  };
  return html`<svg class="axis" aria-hidden="true" width="100%" height="18">${ticks(endMs).map(tick)}</svg>`;
}

const words: Record<Interval['state'], string> = { right: 'right', wrong: 'wrong', 'not-observed': 'not observed' };

/** The maximum number of intervals that are told in words. */
const TOLD = 5;

/** The parts of a bar that can be told apart: narrower intervals beside each other are drawn as one. */
const PARTS = 100;

/** Returns the intervals to draw. Of those within one part of the axis, the worst state is drawn. */
function drawn(timeline: Interval[], endMs: number): Interval[] {
  const worst = ['right', 'not-observed', 'wrong'];
  const merged: Interval[] = [];
  for (const one of timeline) {
    const last = merged.at(-1);
    const isNear = last !== undefined && one.toMs - last.fromMs < endMs / PARTS;
    if (last === undefined || !(isNear || last.state === one.state)) merged.push({ ...one });
    else {
      last.toMs = one.toMs;
      if (worst.indexOf(one.state) > worst.indexOf(last.state)) last.state = one.state;
    }
  }
  return merged;
}

/** Returns a timeline in words, such as `8 wrong from 76 ms to 160 ms, then 41 right from 163 ms to 487 ms`. */
export function intervalWords({ timeline }: WithTimeline): string {
  if (timeline.length === 0) return 'no requests';
  const shown = timeline
    .slice(0, TOLD)
    .map(({ state, fromMs, toMs, count }) =>
      count === 1
        ? `1 ${words[state]} at ${duration(fromMs)}`
        : `${count} ${words[state]} from ${duration(fromMs)} to ${duration(toMs)}`,
    )
    .join(', then ');
  return timeline.length <= TOLD ? shown : `${shown}, and ${timeline.length - TOLD} more changes`;
}

/** Returns round times from 0 to the end, at most four. */
export function ticks(endMs: number): number[] {
  const magnitude = 10 ** Math.floor(Math.log10(endMs / 3));
  const step = [1, 2, 5, 10].map((factor) => factor * magnitude).find((one) => endMs / one <= 3) ?? endMs;
  return Array.from({ length: Math.floor(endMs / step) + 1 }, (_, at) => at * step);
}

function tickWords(ms: number): string {
  if (ms === 0) return '0';
  return ms < 1000 ? `${ms} ms` : `${ms / 1000} s`;
}

function percent(part: number, whole: number): string {
  return `${((part / whole) * 100).toFixed(2)}%`;
}
