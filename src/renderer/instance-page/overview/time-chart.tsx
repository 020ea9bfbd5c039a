import 'uplot/dist/uPlot.min.css';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { type ReactNode, useEffect, useRef } from 'react';
import UPlot, { type AlignedData, type Options, type Series } from 'uplot';
import { formatTimeOfDay } from '../../text/format.ts';
import { withGaps } from './chart-data.ts';
import type { ChartContents } from './charts-of.ts';

interface TimeChartProps {
  readonly chart: ChartContents;
  readonly at: readonly number[];
  readonly gapMs: number;
  readonly spanMs: number;
  /** Dark or light: the colours are read anew when it changes. */
  readonly scheme: string;
  /** Charts with the same key share their crosshair. */
  readonly syncKey: string;
  /** The moment under the crosshair; null when it leaves. */
  readonly onHover: (at: number | null) => void;
}

/** A canvas knows no stylesheet, so it is told the tokens. */
const tokenOf = (element: Element, name: string): string => getComputedStyle(element).getPropertyValue(name).trim();

const faded = (colour: string): string => `color-mix(in srgb, ${colour} 16%, transparent)`;

const heightPx = 112;
const fontPx = 11;
const wideAxisPx = 52;

/** Round amounts of memory are powers of two. */
const byteSteps = Array.from({ length: 20 }, (_, power) => 2 ** (power + 26));

const secondsOf = (at: readonly number[]): number[] => at.map((moment) => moment / 1000);

const linesOf = ({ main, behind }: ChartContents) => {
  const lines = [main.values];
  if (main.low !== null && main.high !== null) lines.push(main.low, main.high);
  if (behind !== null) lines.push(behind.values);
  return lines;
};

const dataOf = ({ chart, at, gapMs }: TimeChartProps): AlignedData => {
  const holed = withGaps(at, gapMs, linesOf(chart));
  return [secondsOf(holed.at), ...holed.lines.map((values) => [...values])];
};

const seriesOf = (chart: ChartContents, element: Element): Series[] => {
  const accent = tokenOf(element, '--at-accent');
  const quiet = tokenOf(element, '--at-text-quiet');
  const hasSpread = chart.main.low !== null && chart.main.high !== null;
  const points = { show: false };
  const edge: Series = { width: 0, points };
  const width = 1.25;
  return [
    {},
    {
      stroke: accent,
      width,
      points,
      ...(hasSpread ? {} : { fill: faded(accent) }),
    },
    ...(hasSpread ? [edge, edge] : []),
    ...(chart.behind === null ? [] : [{ stroke: quiet, width: 1, dash: [4, 4], points }]),
  ];
};

const optionsOf = (props: TimeChartProps, element: Element, width: number): Options => {
  const { chart, spanMs, syncKey, onHover } = props;
  const font = `${fontPx}px ${getComputedStyle(element).fontFamily}`;
  const axis = {
    stroke: tokenOf(element, '--at-text-quiet'),
    font,
    grid: { stroke: tokenOf(element, '--at-border'), width: 1 },
    ticks: { show: false },
  };
  const hasSpread = chart.main.low !== null && chart.main.high !== null;
  return {
    width,
    height: heightPx,
    legend: { show: false },
    padding: [8, 20, 0, 0],
    cursor: {
      sync: { key: syncKey },
      drag: { x: false, y: false },
      // The crosshair is enough: dots on the edges of a band would say that they are values.
      points: { show: false },
      y: false,
    },
    scales: {
      x: { time: true, range: (plot) => timeRange(plot, spanMs) },
      y: { range: (_plot, _low, high) => [0, Math.max(chart.full ?? 0, Number.isFinite(high) ? high * 1.08 : 0) || 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 64,
        size: 22,
        values: (_plot, moments) => moments.map((moment) => formatTimeOfDay(moment * 1000, moment * 1000)),
      },
      {
        ...axis,
        size: wideAxisPx,
        space: 34,
        ...(chart.inBytes ? { incrs: byteSteps } : {}),
        values: (_plot, values) => values.map((value) => (value === 0 ? '0' : chart.format(value))),
      },
    ],
    series: seriesOf(chart, element),
    ...(hasSpread ? { bands: [{ series: [3, 2], fill: faded(tokenOf(element, '--at-accent')) }] } : {}),
    hooks: {
      setCursor: [
        (plot) => {
          const moment =
            plot.cursor.idx === null || plot.cursor.idx === undefined ? undefined : plot.data[0][plot.cursor.idx];
          onHover(moment === undefined ? null : moment * 1000);
        },
      ],
    },
  };
};

/** The whole range up to the last measurement, however few there are. */
const timeRange = (plot: UPlot, spanMs: number): [number, number] => {
  const last = plot.data[0].at(-1) ?? 0;
  return [last - spanMs / 1000, last];
};

/** One chart over time on a canvas. What it shows stands beside it in words; the picture itself is hidden from readers. */
export const TimeChart = (props: TimeChartProps): ReactNode => {
  const { ref: sizeRef, width } = useElementSize<HTMLDivElement>();
  const frame = useRef<HTMLDivElement>(null);
  const ref = useMergedRef(sizeRef, frame);
  const plot = useRef<UPlot | null>(null);
  const { scheme, chart } = props;
  const latest = useRef(props);
  latest.current = props;
  const shape = `${chart.name} ${chart.behind === null} ${chart.main.low === null} ${props.spanMs}`;

  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const widthPx = element.clientWidth || 1;
    const made = new UPlot(
      optionsOf({ ...latest.current, onHover: (at) => latest.current.onHover(at) }, element, widthPx),
      dataOf(latest.current),
      element,
    );
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = null;
    };
    // A plot is made anew when its lines or the colours are others; what it shows and how wide it is it is told.
  }, [shape, scheme]);

  useEffect(() => {
    plot.current?.setData(dataOf(latest.current));
  }, [props.at, chart]);

  useEffect(() => {
    if (width > 0) plot.current?.setSize({ width, height: heightPx });
  }, [width]);

  return <div ref={ref} style={{ blockSize: heightPx }} aria-hidden />;
};
