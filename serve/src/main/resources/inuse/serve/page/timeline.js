// One port over time: a bar for each process that had it, a mark for each refused bind, grey where nothing was recorded.
import uPlot from './uPlot.esm.js';
import { visible } from './text.js';

const COLOURS = ['#3987c9', '#c9772b', '#4a9d5b', '#a860b5', '#b0a02c', '#6f7fd0', '#c2557d', '#4c9a9a'];
const HEIGHT = 200;

let chart = null;

function rectangle(plot, from, to, colour, top, height) {
  const left = plot.valToPos(from / 1000, 'x', true);
  const right = plot.valToPos(to / 1000, 'x', true);
  const { left: edge, width, top: above, height: all } = plot.bbox;
  const begin = Math.max(left, edge);
  const end = Math.min(Math.max(right, left + 2), edge + width);
  if (end <= begin) return;
  plot.ctx.fillStyle = colour;
  plot.ctx.fillRect(begin, above + all * top, end - begin, all * height);
}

export function draw(target, entries, from, to) {
  chart?.destroy();
  const stroke = () => getComputedStyle(target).color;
  const held = entries.filter((one) => one.kind === 'held');
  const refused = entries.filter((one) => one.kind === 'refused').sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const gaps = entries.filter((one) => one.kind === 'missing');
  const programs = [...new Set(held.map((one) => one.process?.program ?? '?'))];
  const paint = (plot) => {
    plot.ctx.save();
    for (const one of gaps) rectangle(plot, Date.parse(one.from), Date.parse(one.to), 'rgb(128 128 128 / 25%)', 0, 1);
    for (const one of held) {
      const at = programs.indexOf(one.process?.program ?? '?');
      rectangle(plot, Date.parse(one.from), Date.parse(one.to), COLOURS[at % COLOURS.length], 0.55, 0.3);
    }
    plot.ctx.restore();
  };
  // A chart of nothing has an axis all the same.
  const marks = refused.map((one) => [Date.parse(one.at) / 1000, one.count]);
  chart = new uPlot({
    width: target.clientWidth,
    height: HEIGHT,
    scales: { x: { min: from / 1000, max: to / 1000 }, y: { range: (_, __, most) => [0, Math.max(2, (most ?? 1) * 1.2)] } },
    axes: [{ stroke, grid: { stroke, width: 0.2 } }, { stroke, grid: { stroke, width: 0.2 }, incrs: [1, 2, 5, 10, 50, 100, 1000] }],
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    series: [{ label: 'time' }, { label: 'refused', stroke: '#d03a3a', paths: () => null, points: { show: true, size: 8, fill: '#d03a3a' } }],
    hooks: { drawAxes: [paint] },
  }, [marks.map((one) => one[0]), marks.map((one) => one[1])], target);
  const key = refused.length > 0 ? ['red marks: refused'] : [];
  key.push(...programs.map((program, at) => `${COLOUR_NAMES[at % COLOURS.length]}: ${visible(program)}`));
  target.setAttribute('role', 'img');
  target.setAttribute('aria-label',
    `${held.length} times held and ${refused.length} refused binds; the list below has each of them`);
  return key.join(', ');
}

const COLOUR_NAMES = ['blue', 'orange', 'green', 'purple', 'yellow', 'indigo', 'pink', 'teal'];

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => chart?.redraw());

new ResizeObserver((seen) => chart?.setSize({ width: seen[0].contentRect.width, height: HEIGHT }))
  .observe(document.getElementById('chart'));
